import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Axios } from 'axios'
import { exchange } from './node-adapter.ts'
import type { BarbicanOptions } from './options.ts'
import { readTlsOptions } from './tls.ts'
import { TransportError } from './transport-error.ts'

/** One HTTP request; `url` is absolute, and `body` stays the caller's, to be wiped. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly signal?: AbortSignal | undefined
}

/** Any answer, whatever its status; header names are lower case, `body` belongs to the receiver. */
export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Buffer
}

// Below the five seconds after which Apache and uwsgi close a silent connection: a request sent into that is lost.
const idleMs = 4_000
const longestAnswer = 32 * 1024 * 1024

/** Keep-alive connections with one TLS configuration; free ones keep no process alive. */
export class Transport {
  readonly #axios: Axios
  readonly #http: HttpAgent
  readonly #https: HttpsAgent
  readonly #timeoutMs: number
  #closed = false

  private constructor(http: HttpAgent, https: HttpsAgent, timeoutMs: number) {
    // Not axios.create: its defaults send an Accept header that Barbican answers with 406, and transform what must stay bytes.
    this.#axios = new Axios({ transformRequest: [], transformResponse: [], maxRedirects: 0, proxy: false })
    this.#http = http
    this.#https = https
    this.#timeoutMs = timeoutMs
  }

  /** Reads the certificate files that the options name. */
  static async open(options: BarbicanOptions): Promise<Transport> {
    const common = {
      keepAlive: true,
      maxSockets: options.max_connections,
      scheduling: 'lifo',
      timeout: idleMs,
    } as const
    const https = new HttpsAgent({ ...common, ...(await readTlsOptions(options)) })
    return new Transport(new HttpAgent(common), https, options.timeout * 1000)
  }

  /** Resolves to the answer; every failure is a {@link TransportError}. */
  async send({ method, url, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
    if (this.#closed) throw new TransportError('closed', false, false)
    const agent = url.startsWith('https:') ? this.#https : this.#http
    const line = { agent, timeoutMs: this.#timeoutMs, longestAnswer, signal }
    try {
      const response = await this.#axios.request<Buffer>({
        adapter: (config) => exchange(config, line),
        method,
        url,
        headers: { ...headers },
        data: body,
      })
      return { status: response.status, headers: response.headers, body: response.data }
    } catch (error) {
      if (this.#closed && error instanceof TransportError) throw new TransportError('closed', error.sent, error.reused)
      throw error
    }
  }

  /** Cuts every connection; what was in flight fails. */
  close(): void {
    this.#closed = true
    this.#http.destroy()
    this.#https.destroy()
  }
}
