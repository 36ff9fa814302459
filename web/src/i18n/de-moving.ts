import type { Dictionary } from './dictionary.ts'

export const deMoving: Pick<Dictionary, 'transfer' | 'devices'> = {
  transfer: {
    open: 'Weitergeben',
    title: (name) => `Wer soll mit ${name} sprechen?`,
    hint: 'Sie bleiben im Gespräch, bis es angenommen ist.',
    to: (name) => `An ${name} weitergeben`,
    nobody: 'Im Moment ist sonst niemand frei.',
    ringing: (name) => `Es klingelt bei ${name} …`,
    takeBack: 'Nicht weitergeben',
    done: (name, to) => `${name} spricht jetzt mit ${to}.`,
    handedOver: (name) => `Sie sprechen jetzt mit ${name}.`,
    failed: {
      declined: (name) => `${name} kann gerade nicht sprechen. Ihr Gespräch geht weiter.`,
      timeout: (name) => `${name} hat nicht geantwortet. Ihr Gespräch geht weiter.`,
      hangup: (name) => `Bei ${name} klingelt es nicht mehr. Ihr Gespräch geht weiter.`,
      busy: (name) => `${name} spricht mit jemand anderem. Ihr Gespräch geht weiter.`,
      other: (name) => `${name} war nicht zu erreichen. Ihr Gespräch geht weiter.`,
    },
  },

  devices: {
    title: 'Wo Sie angemeldet sind',
    isThis: 'Diese Seite',
    away: 'Nicht verbunden',
    since: (time) => `seit ${time}`,
    logOut: (name) => `Dort abmelden: ${name}`,
    callElsewhere: 'Sie sprechen gerade auf einem anderen Gerät.',
    takeCall: 'Hier weitersprechen',
    answered_elsewhere: (name) => `Sie haben ${name} auf einem anderen Gerät geantwortet.`,
    declined_elsewhere: (name) => `Sie haben den Anruf von ${name} auf einem anderen Gerät abgelehnt.`,
    moved: (name) => `Ihr Gespräch mit ${name} geht auf einem anderen Gerät weiter.`,
  },
}
