// @peculiar/x509 stops at its import unless there is a `Reflect.getMetadata`: its container (tsyringe) asks for the types of
// constructor parameters. Its own classes have no parameters, so "nothing is known" is the right answer, and the
// polyfill it recommends need not be installed.
const nothing = (): undefined => undefined

if (!('getMetadata' in Reflect)) Object.assign(Reflect, { getMetadata: nothing, getOwnMetadata: nothing })
