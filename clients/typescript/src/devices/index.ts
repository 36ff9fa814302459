export { devicesOf } from './devices-of.ts'
export type { Device, Devices } from './devices.ts'
