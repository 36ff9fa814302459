// What a start is compared with: reads the file and splits its lines. Usage: node read-lines.js file
import { readFileSync } from 'node:fs'

const [, , file] = process.argv
if (file === undefined) throw new Error('which file?')
console.log(readFileSync(file, 'utf8').split('\n').length)
