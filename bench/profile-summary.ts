import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

type Profile = {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  samples: number[]
  timeDeltas: number[]
}

const placeOf = (url: string): string => {
  const file = url.replace(/^file:\/\//, '')
  const library = file.lastIndexOf('node_modules/')
  if (library >= 0) return file.slice(library + 'node_modules/'.length)
  return file.replace(/^.*\/(src\/.*)$/, '$1')
}

/** Where a library or a part of the portal begins in a place. */
const groupOf = (place: string): string => {
  if (place === '' || place.startsWith('node:')) return place.split('/')[0] || '(native)'
  const parts = place.split('/')
  return parts.slice(0, place.startsWith('src/') ? 3 : place.startsWith('@') ? 2 : 1).join('/')
}

const shares = (weights: ReadonlyMap<string, number>, total: number, count: number): string[] =>
  [...weights]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, weight]) => `${((weight / total) * 100).toFixed(1).padStart(5)} %  ${name}`)

/** The heaviest parts and functions by own time in the CPU profile that lies in `folder`, idle time left out. */
export const summariseProfile = (folder: string): string[] => {
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'))
  if (file === undefined) return ['no profile was written']
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]))
  const [groups, functions] = [new Map<string, number>(), new Map<string, number>()]
  let total = 0
  for (const [index, id] of profile.samples.entries()) {
    const frame = frames.get(id)
    const weight = profile.timeDeltas[index] ?? 0
    if (!frame || frame.functionName === '(idle)') continue
    total += weight
    const place = placeOf(frame.url)
    const group = frame.functionName.startsWith('(') ? frame.functionName : groupOf(place)
    groups.set(group, (groups.get(group) ?? 0) + weight)
    const name = `${frame.functionName || '(anonymous)'} ${place}:${frame.lineNumber + 1}`
    functions.set(name, (functions.get(name) ?? 0) + weight)
  }
  return ['by part:', ...shares(groups, total, 20), 'by function:', ...shares(functions, total, 40)]
}
