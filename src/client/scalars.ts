/** A cell or the value of a filter. A number that a double cannot hold exactly is decimal text. */
export type Value = string | number | boolean | null
