/** As much of a schema as is needed here: to compare more of it would cost the compiler seconds. */
interface Describable {
  meta(about: { readonly addedToV1: true }): this
}

/** Marks a field that v1 does not have: it comes after those that it has, and the tables show it so. */
export function added<Schema extends Describable>(schema: Schema): Schema {
  return schema.meta({ addedToV1: true })
}
