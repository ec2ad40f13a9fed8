/** The version of the elements, as the file that a page loads is versioned. */
export const version = '0.1.0'
