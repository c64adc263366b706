import { parentPort, workerData } from 'node:worker_threads'
import { KeyManager, symmetricKey } from '@chatelaine/core'
import { Pkcs11Driver } from '@chatelaine/pkcs11'

// A thread of an application with a key manager of its own; answers with how many objects it got back, or the error's code.

// A thread's port has no origin.
/* oxlint-disable unicorn/require-post-message-target-origin */

const { options, count } = workerData as { options: Record<string, unknown>; count: number }
try {
  const keys = await KeyManager.open(Pkcs11Driver, options)
  let same = 0
  for (let index = 0; index < count; index++) {
    const object = symmetricKey(new Uint8Array(32).fill(index))
    const id = await keys.store({}, object)
    if ((await keys.get({}, id)).value.equals(object.value)) same += 1
    await keys.delete({}, id)
  }
  await keys.close()
  parentPort?.postMessage(same)
} catch (error) {
  parentPort?.postMessage(error instanceof Error && 'code' in error ? error.code : 'none')
}
