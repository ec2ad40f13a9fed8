// Types alone: importing them loads nothing.
export {}
