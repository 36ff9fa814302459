import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { run } from './program.ts'

interface Step {
  readonly instruction: string
  readonly rest: string
}

export interface Image {
  /** The folder in the place of `/`. */
  readonly root: string
  readonly user: string | undefined
  /** What is started, in exec form, with the image's own paths. */
  readonly command: readonly string[]
  readonly healthCheck: readonly string[]
}

/** The steps, one an instruction, without comments. */
export async function readDockerfile(path: string): Promise<readonly Step[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => /^[A-Z]/.test(line))
  return lines.map((line) => {
    const [, instruction = '', rest = ''] = /^(\w+) +(.*)$/.exec(line) ?? []
    return { instruction, rest }
  })
}

/** Does what Docker would do, with what is installed here, in folders of `parent` that take the place of the stages' `/`. */
export async function buildByHand(steps: readonly Step[], context: string, parent: string): Promise<Image> {
  const stages = new Map<string, string>()
  let root = ''
  let cwd = '/'
  let user: string | undefined
  let [command, args, healthCheck]: (readonly string[])[] = []
  for (const { instruction, rest } of steps) {
    switch (instruction) {
      case 'FROM':
        cwd = '/'
        root = await mkdtemp(join(parent, 'stage-'))
        stages.set(/ AS (\w+)$/.exec(rest)?.[1] ?? '', root)
        break
      case 'WORKDIR':
        cwd = rest
        await mkdir(join(root, cwd), { recursive: true })
        break
      case 'COPY': {
        const [, stage, paths = ''] = /^(?:--from=(\w+) )?(.*)$/.exec(rest) ?? []
        const from = stage === undefined ? context : stages.get(stage)
        if (from === undefined) throw new Error(`no stage ${stage}`)
        const sources = paths.split(' ')
        const to = join(root, resolve(cwd, sources.pop() ?? ''))
        for (const source of sources) {
          const into = paths.endsWith('/') ? join(to, basename(source)) : to
          await mkdir(dirname(into), { recursive: true })
          await cp(join(from, source), into, { recursive: true, verbatimSymlinks: true })
        }
        break
      }
      case 'RUN':
        runStep(rest, root, join(root, cwd))
        break
      case 'USER':
        user = rest
        break
      case 'HEALTHCHECK':
        healthCheck = execForm(rest.slice(rest.indexOf('CMD ') + 4))
        break
      case 'ENTRYPOINT':
        command = execForm(rest)
        break
      case 'CMD':
        args = execForm(rest)
        break
    }
  }
  return { root, user, command: [...(command ?? []), ...(args ?? [])], healthCheck: healthCheck ?? [] }
}

/** In the folder instead of `/`, and by this user instead of the image's, who need not exist here. */
function runStep(command: string, root: string, cwd: string): void {
  const here = command
    .replaceAll(/ \/(?=var|opt|etc)/g, ` ${root}/`)
    .replaceAll('-o node -g node', `-o ${userInfo().username} -g ${run('id', ['-gn']).trim()}`)
  // npm would take where the npm that runs this test is at work for its own; where the registry is and how it is reached
  // must stay. What `npm ci` has fetched before is not asked for again.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(NODE_ENV|npm_(?!config_).*|npm_config_(\w*prefix|omit))$/i.test(name),
    ),
  )
  const { status, stdout, stderr } = spawnSync('sh', ['-c', here], {
    cwd,
    env: { ...env, npm_config_prefer_offline: 'true' },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${command}: exit code ${status}\n${stdout}${stderr}`)
}

/** `["node", "x.js"]`: without a shell between, which would keep signals to itself. */
function execForm(text: string): readonly string[] {
  const words: unknown = JSON.parse(text)
  if (!Array.isArray(words)) throw new Error(`${text} is not in exec form`)
  return words.map(String)
}
