/** The shared state was not to be had within the deadline, or too much waits for it. */
export class Unavailable extends Error {
  constructor(message = 'the shared state is not available') {
    super(message)
    this.name = 'Unavailable'
  }
}

/** The others took this node for dead: nothing that it decided until then is carried out any more. */
export class Fenced extends Error {
  constructor() {
    super('this node was taken for dead')
    this.name = 'Fenced'
  }
}
