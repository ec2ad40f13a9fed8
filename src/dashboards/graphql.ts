import { resolveArrayConnection } from '@pothos/plugin-relay'
import { badInput } from '../errors.ts'
import { builder } from '../graphql/builder.ts'
import { guestOf } from '../graphql/callers.ts'
import { Dashboard } from './types.ts'

const mostPerPage = 100

builder.queryFields((t) => ({
  dashboards: t.connection(
    {
      type: Dashboard,
      authorize: 'guest',
      resolve: (_, args, context) => {
        for (const name of ['first', 'last'] as const) {
          const count = args[name] ?? 1
          if (count < 1 || count > mostPerPage)
            throw badInput(name, `a whole number from 1 to ${mostPerPage}`)
        }
        for (const name of ['after', 'before'] as const) {
          if (args[name] != null && !isCursor(args[name]))
            throw badInput(name, 'a cursor that this field answered with')
        }
        if (args.first == null && args.last == null) args = { ...args, first: mostPerPage }
        return resolveArrayConnection({ args, maxSize: mostPerPage }, guestOf(context).catalogue.dashboards())
      },
    },
    { name: 'DashboardConnection', authorize: 'value' },
    { name: 'DashboardEdge', authorize: 'value' },
  ),
  dashboard: t.field({
    type: Dashboard,
    nullable: true,
    authorize: 'guest',
    description:
      "null where it does not exist and where the token may not see it: the two can't be told apart",
    args: { name: t.arg.string({ required: true }) },
    resolve: (_, { name }, context) => guestOf(context).catalogue.dashboard(name),
  }),
}))

function isCursor(text: string): boolean {
  return /^OffsetConnection:\d{1,9}$/.test(Buffer.from(text, 'base64').toString('utf8'))
}
