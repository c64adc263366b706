import { CKA, CKO } from './constants.ts'
import { readElement, readElements } from './der.ts'
import { bytes, type Layout, plainValue } from './layout.ts'

const x509 = 0

/** X.509 certificates; subject, issuer and serial number stand beside the value, as other programs search for them. */
export const certificateLayout: Layout = {
  ...plainValue({ kind: 'certificate', objectClass: CKO.CERTIFICATE }),
  write(der) {
    const [tbs] = readElements(readElement(der).content)
    const fields = readElements(tbs?.content ?? Buffer.alloc(0))
    // RFC 5280, section 4.1: the version [0] may be absent, what follows has its fixed order.
    const [serial, , issuer, , subject] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields
    return [
      { type: CKA.CERTIFICATE_TYPE, value: x509 },
      bytes(CKA.SUBJECT, subject?.whole ?? Buffer.alloc(0)),
      bytes(CKA.ISSUER, issuer?.whole ?? Buffer.alloc(0)),
      bytes(CKA.SERIAL_NUMBER, serial?.whole ?? Buffer.alloc(0)),
      bytes(CKA.VALUE, der),
    ]
  },
}
