import { createServer } from 'node:http'
import { createSchema, createYoga } from 'graphql-yoga'

/** The least that Yoga can do, for comparison. */
const yoga = createYoga({
  logging: false,
  graphiql: false,
  schema: createSchema({
    typeDefs: 'type Query { hello: String }',
    resolvers: { Query: { hello: () => 'world' } },
  }),
})

createServer((request, response) => {
  if (request.url === '/readyz') response.end('{}')
  else yoga(request, response)
}).listen(Number(process.env.PORT), '127.0.0.1')
