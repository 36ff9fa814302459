const guarded = [Object.prototype, Array.prototype, String.prototype, Number.prototype, Function.prototype]

const properties = (): (readonly unknown[])[] =>
  guarded.flatMap((prototype) =>
    Reflect.ownKeys(prototype).map((key) => {
      const parts: unknown[] = Object.values(Object.getOwnPropertyDescriptor(prototype, key) ?? {})
      return [key, ...parts]
    }),
  )

const before = properties()

/** Whether the prototypes that all objects share are as they were when this module was loaded. */
export function prototypesUntouched(): boolean {
  const now = properties()
  return (
    now.length === before.length &&
    now.every((property, i) => property.every((part, j) => part === before[i]?.[j]))
  )
}
