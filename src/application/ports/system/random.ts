/** Chance, for spreading things in time; nothing that nobody may guess comes from here. */
export interface Random {
  /** From 0 to just below 1, each alike. */
  fraction(): number
}
