import { openKeyManager, passphrase } from 'chatelaine'

const keys = await openKeyManager.fromFile('chatelaine.conf')
try {
  const id = await keys.store({ projectId: 'demo' }, passphrase('correct horse', { name: 'db password' }))
  const secret = await keys.get({ projectId: 'demo' }, id)
  console.log(secret)
  console.log(secret.value.revealText())
  await keys.delete({ projectId: 'demo' }, id)
} finally {
  await keys.close()
}
