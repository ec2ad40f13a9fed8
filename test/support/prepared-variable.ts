/** The folder of a run, which global-setup.ts makes and removes. A file of its own: that one loads no engine. */
export const preparedVariable = 'TESSERA_TEST_PREPARED'
