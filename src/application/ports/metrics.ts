/** One number, with the values of the labels in the order of their names. */
export type Sample = readonly [...labels: string[], value: number]

/** A histogram in the unit of its name; `counts` has one more than `bounds`, for what is above the last. */
export interface Distribution {
  readonly bounds: readonly number[]
  /** Of each bound those within it and above the one before. */
  readonly counts: readonly number[]
  readonly sum: number
}

interface Described {
  /** Without the prefix, which all have. */
  readonly name: string
  /** For the operator: what it is, and what it is good for. */
  readonly help: string
}

/** A metric as it is read when somebody asks: nothing is done for it before. The values of every label are a closed list. */
export type Metric = Described &
  (
    | {
        readonly kind: 'gauge' | 'counter'
        readonly labels?: readonly string[]
        readonly read: () => Iterable<Sample> | Promise<Iterable<Sample>>
      }
    | { readonly kind: 'histogram'; readonly read: () => Distribution }
  )

interface MetricsText {
  readonly contentType: string
  readonly body: string
}

/** All metrics as text, in Prometheus' format. */
export interface Metrics {
  text(): Promise<MetricsText>
}
