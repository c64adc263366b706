import type { PyKmip } from '../services/pykmip.ts'

/** The driver's options for a PyKMIP server, as the owner `client1`. */
export function optionsFor(server: PyKmip) {
  return {
    host: '127.0.0.1',
    port: server.port,
    keyfile: server.certificates.client.key,
    certfile: server.certificates.client.cert,
    ca_certs: server.certificates.ca,
    project_id: 'demo',
  }
}
