#!/usr/bin/env node
// chDB's queries and the verification of tokens share libuv's threads: with 20 queries in flight on the default 4
// threads one verification took 2.5 s, with 32 threads 4 ms. The pool reads the variable when it is first used, so
// this stands before anything is imported.
process.env.UV_THREADPOOL_SIZE ??= '32'
import('../dist/cli/main.js')
