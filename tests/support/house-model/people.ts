import type { Tally } from '../../unit/resumption/model/ledger.ts'
import { T } from '../wire/wire.ts'
import type { Token } from './model.ts'
import { changePassword, deleteAccount, hello, logIn, PASSWORD, register, resume } from './session-rules.ts'
import type { Line, World } from './world.ts'

/** A person at a client: an account, what the client agrees on, and its present connection. */
export class Person {
  readonly name: string
  /** Undefined: a client of v1. */
  readonly #capabilities: readonly string[] | undefined
  readonly #world: World
  readonly #tally: Tally
  #line: Line | undefined

  constructor(
    name: string,
    capabilities: readonly string[] | undefined,
    { world, tally }: { readonly world: World; readonly tally: Tally },
  ) {
    this.name = name
    this.#world = world
    this.#tally = tally
    this.#capabilities = capabilities
  }

  /** Its connection, if it is alive. */
  get line(): Line | undefined {
    return this.#line?.model.open === true ? this.#line : undefined
  }

  /** Its connection; a new one, on which it goes on or begins anew, where it has none. */
  async reach(): Promise<Line> {
    return this.line ?? (await this.comeBack(Infinity))
  }

  async begin(): Promise<void> {
    await this.register(await this.connect(), this.name)
    await this.logIn(await this.reach(), this.name)
  }

  /** On a new connection; `missed`: how many messages of calls it wants to have again. */
  async comeBack(missed: number): Promise<Line> {
    const session = this.#world.model.sessions.get(this.name)
    const line = await this.connect()
    if (session?.token === undefined) await this.logIn(line, this.name)
    else await this.resume(line, session.token, Math.max(session.acknowledged, session.lastSeq - missed))
    return line
  }

  /** A new one takes the place of the one before, which may live on. */
  async connect(): Promise<Line> {
    const line = this.#world.connect()
    this.#line = line
    if (this.#capabilities !== undefined) await this.hello(line, this.#capabilities)
    return line
  }

  async hello(line: Line, capabilities: readonly string[]): Promise<void> {
    await this.#world.ask(line, T.HELLO, { protocol: 1, client: 'model', capabilities }, (asked) => {
      hello(asked, capabilities)
    })
  }

  async register(line: Line, username: string): Promise<void> {
    const account = { id: this.#world.freshId('user'), username }
    await this.#world.ask(line, T.REGISTER_REQUEST, { username, password_hash: PASSWORD }, (asked) => {
      register(this.#world.model, asked, account)
    })
  }

  /** Whoever gets in asks for the list, as any client does. */
  async logIn(line: Line, username: string, given?: string): Promise<void> {
    const right = this.#world.model.accounts.get(username)?.password ?? PASSWORD
    const password = given ?? right
    if (password !== right) this.#tally.add('wrong password')
    await this.#world.ask(line, T.LOGIN_REQUEST, { username, password_hash: password }, (asked) => {
      logIn(this.#world.model, asked, { username, password })
    })
    if (line.model.session !== undefined) await this.#world.look(line)
  }

  async changePassword(line: Line, given: string | undefined, next: string): Promise<void> {
    const password = given ?? line.model.session?.user.password ?? PASSWORD
    const payload = { password_hash: password, new_password_hash: next }
    await this.#world.ask(line, T.CHANGE_PASSWORD, payload, (asked) => {
      changePassword(asked, { password, next })
    })
    if (line.model.session?.user.password === next && next !== PASSWORD) this.#tally.add('password changed')
  }

  async deleteAccount(line: Line, given: string | undefined): Promise<void> {
    const { model } = this.#world
    const password = given ?? line.model.session?.user.password ?? PASSWORD
    const before = model.accounts.size
    await this.#world.ask(line, T.DELETE_ACCOUNT, { password_hash: password }, (asked) => {
      deleteAccount(model, asked, password)
    })
    if (model.accounts.size < before) this.#tally.add('account deleted')
  }

  /** `token` is undefined where it is one that never was. */
  async resume(line: Line, token: Token | undefined, lastSeq: number): Promise<void> {
    if (token?.fate === 'good' && line.model.capabilities.has('resume') && line.model.session === undefined) {
      const { connection, lastSeq: sent } = token.session
      this.#tally.add(connection === undefined ? 'resumed' : 'resumed over a living connection')
      if (token !== token.session.token) this.#tally.add('resumed after a lost RESUMED')
      if (lastSeq < sent) this.#tally.add('resumed with a replay')
    } else this.#tally.add(`not resumed: ${token?.fate ?? 'never was one'}`)
    const payload = { session_token: token?.text ?? 'x'.repeat(43), last_seq: lastSeq }
    await this.#world.ask(line, T.RESUME, payload, (asked) => {
      resume(this.#world.model, asked, { token, lastSeq })
    })
  }
}
