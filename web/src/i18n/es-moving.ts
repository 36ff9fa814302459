import type { Dictionary } from './dictionary.ts'

export const esMoving: Pick<Dictionary, 'transfer' | 'devices'> = {
  transfer: {
    open: 'Transferir',
    title: (name) => `¿Quién hablará con ${name}?`,
    hint: 'Usted sigue en la llamada hasta que se acepte.',
    to: (name) => `Transferir a ${name}`,
    nobody: 'Ahora mismo no hay nadie más libre.',
    ringing: (name) => `Sonando: ${name} …`,
    takeBack: 'No transferir',
    done: (name, to) => `${name} habla ahora con ${to}.`,
    handedOver: (name) => `Ahora habla usted con ${name}.`,
    failed: {
      declined: (name) => `${name} no puede hablar ahora. Su llamada sigue.`,
      timeout: (name) => `${name} no ha contestado. Su llamada sigue.`,
      hangup: (name) => `Ya no le suena a ${name}. Su llamada sigue.`,
      busy: (name) => `${name} está hablando con otra persona. Su llamada sigue.`,
      other: (name) => `No se ha podido llamar a ${name}. Su llamada sigue.`,
    },
  },

  devices: {
    title: 'Dónde ha iniciado sesión',
    isThis: 'Esta página',
    away: 'Sin conexión',
    since: (time) => `desde ${time}`,
    logOut: (name) => `Cerrar sesión allí: ${name}`,
    callElsewhere: 'Está en una llamada en otro dispositivo.',
    takeCall: 'Seguir aquí',
    answered_elsewhere: (name) => `Ha contestado a ${name} en otro dispositivo.`,
    declined_elsewhere: (name) => `Ha rechazado la llamada de ${name} en otro dispositivo.`,
    moved: (name) => `La llamada con ${name} sigue en otro dispositivo.`,
  },
}
