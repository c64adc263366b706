import {
  decodeItem,
  decodeResponse,
  encodeItem,
  encodeResponse,
  findOperation,
  type ResponseMessage,
} from 'kmip-client-ts'
import { startPythonRounds } from '../../services/python-rounds.ts'
import type { Figure } from '../support/figure.ts'
import { report } from '../support/report.ts'
import { compare, interleave, moreOften, repeated, wall } from '../support/rounds.ts'

/** The answer to a Get of an AES-256 key. */
const response: ResponseMessage = {
  header: { protocolVersion: { major: 1, minor: 4 }, timeStamp: new Date(), batchCount: 1 },
  items: [
    {
      operation: 'Get',
      resultStatus: 'Success',
      payload: {
        objectType: 'SymmetricKey',
        uniqueIdentifier: '1',
        symmetricKey: {
          keyBlock: {
            keyFormatType: 'Raw',
            keyValue: { keyMaterial: new Uint8Array(32).fill(7) },
            cryptographicAlgorithm: 'AES',
            cryptographicLength: 256,
          },
        },
      },
    },
  ],
}

/** The same as bytes. */
export const responseBytes = Buffer.from(encodeResponse(response, '1.4', findOperation))

const decode = repeated(() => decodeResponse(responseBytes, { findPayload: findOperation }))
const encode = repeated(() => encodeResponse(response, '1.4', findOperation))

/** The codec alone, in microseconds for a message. */
export async function codec(figures: { readonly decode: Figure; readonly encode: Figure }): Promise<void> {
  const costs = await interleave({ decode, encode }, { count: 20_000, warmUp: 20_000 })
  report(figures.decode, wall(costs.decode))
  report(figures.encode, wall(costs.encode))
}

/** A message with one byte string of 1 MiB. */
export async function largeMessage(figure: Figure): Promise<void> {
  const value = new Uint8Array(2 ** 20)
  const bytes = encodeItem({
    tag: 0x420078,
    type: 'Structure',
    value: [{ tag: 0x420043, type: 'ByteString', value }],
  })
  const { costs } = await interleave({ costs: repeated(() => decodeItem(bytes)) }, { count: 50, warmUp: 50 })
  report(
    figure,
    wall(costs).map((microseconds) => microseconds / 1_000),
  )
}

/** The codec against PyKMIP's, with the same message. */
export async function codecAgainstPyKmip(figures: {
  readonly decodePyKmip: Figure
  readonly encodePyKmip: Figure
}): Promise<void> {
  const read = 'messages.ResponseMessage(); message.read(utils.BytearrayStream(data), V)'
  await against(figures.decodePyKmip, decode, `def turn(): message = ${read}`)
  await against(
    figures.encodePyKmip,
    encode,
    `message = ${read}\ndef turn(): message.write(utils.BytearrayStream(), V)`,
  )
}

async function against(figure: Figure, ours: typeof decode, turn: string): Promise<void> {
  const python = await startPythonRounds(`
from kmip.core import enums, utils
from kmip.core.messages import messages
V = enums.KMIPVersion.KMIP_1_4
data = bytes.fromhex('${responseBytes.toString('hex')}')
${turn}
`)
  const floor = async (count: number) => ({ wall: await python.round(count) })
  await compare(figure, { ours: moreOften(40, ours), floor, count: 500, warmUp: 500, rounds: 9 })
  await python.close()
}
