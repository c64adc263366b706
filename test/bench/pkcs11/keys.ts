import { KeyManager, type ObjectId } from '@chatelaine/core'
import { Pkcs11Driver } from '@chatelaine/pkcs11'
import { pin, softHsmLibrary } from '../../services/softhsm.ts'

/** Ours, with the two lanes that are the default. */
export function openKeys(label: string): Promise<KeyManager> {
  return KeyManager.open(Pkcs11Driver, { library_path: softHsmLibrary, token_labels: [label], login: pin, lanes: 2 })
}

/** All ids of a token, found by lanes that are then ended: those of `openKeys` know no object yet. */
export async function idsOf(label: string): Promise<ObjectId[]> {
  const keys = await openKeys(label)
  const ids: ObjectId[] = []
  for await (const { id } of keys.list({})) ids.push(id)
  await keys.close()
  return ids
}

/** The id at `index`, beginning anew after the last. */
export function some(ids: readonly ObjectId[], index: number): ObjectId {
  return ids[index % ids.length] ?? ''
}
