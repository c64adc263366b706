// scan-run.ts FOLDER: looks for all that the tests have watched for in what the run printed (FOLDER/log) and in what it left
// behind (FOLDER/tmp); says where it was found, and ends with 1.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Search } from './search.ts'

const folder = process.argv[2] ?? ''
const search = new Search()
const needles = readFileSync(join(folder, 'needles'), 'utf8').trimEnd().split('\n')
search.add(needles.map((hex) => Buffer.from(hex, 'hex').toString('latin1')))
const places = readFileSync(join(folder, 'log'), 'latin1')
  .split('\n')
  .flatMap((line, index) =>
    search.in(Buffer.from(line, 'latin1')) ? [`line ${index + 1} of what the run printed`] : [],
  )
if (places.length === 0 && search.inFile(join(folder, 'log'))) places.push('several lines of what the run printed')
places.push(...search.filesIn(join(folder, 'tmp')).map((name) => `the temporary file ${name}, which was left behind`))
for (const place of places) console.error(`the value of a secret is in ${place}`)
console.log(`leaks: ${needles.length} needles, ${places.length} found`)
process.exitCode = places.length === 0 ? 0 : 1
