import { builder, decodeGlobalID } from '../graphql/builder.ts'
import { guestOf } from '../graphql/callers.ts'
import { Widget } from './types.ts'

builder.queryField('widget', (t) =>
  t.field({
    type: Widget,
    nullable: true,
    authorize: 'guest',
    description: 'null where it does not exist and where the token may not see it',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => {
      const { typename, id: key } = decodeGlobalID(id)
      return typename === 'Widget' ? guestOf(context).catalogue.widgetByKey(key) : null
    },
  }),
)
