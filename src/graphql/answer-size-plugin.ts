import SchemaBuilder, {
  BasePlugin,
  type PothosOutputFieldConfig,
  type PothosOutputFieldType,
  type SchemaTypes,
} from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import { TesseraError } from '../errors.ts'
import { type AnswerSize, jsonLength, shellsLength } from './answer-size.ts'

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      answerSize: AnswerSizePlugin<Types>
    }
  }
}

const pluginName = 'answerSize'

/** Adds each field to the size of its answer: its name in the answer, and what it resolved to. */
class AnswerSizePlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { type }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const lengthOf = isOfScalars(type) ? jsonLength : shellsLength
    return (parent, args, context, info) => {
      const nameLength = String(info.path.key).length + 3
      const counted = (value: unknown) => {
        sizeIn(context).add(nameLength + lengthOf(value))
        return value
      }
      const resolved = resolver(parent, args, context, info)
      return resolved instanceof Promise ? resolved.then(counted) : counted(resolved)
    }
  }
}

/** A RequestContext: the types of plugins do not know the builder's. */
function sizeIn(context: object): AnswerSize {
  if ('answerSize' in context && isAnswerSize(context.answerSize)) return context.answerSize
  throw new TesseraError('INTERNAL')
}

function isAnswerSize(value: unknown): value is AnswerSize {
  return typeof value === 'object' && value !== null && 'exceeded' in value && 'add' in value
}

function isOfScalars<Types extends SchemaTypes>(type: PothosOutputFieldType<Types>): boolean {
  if (type.kind === 'List') return isOfScalars(type.type)
  return type.kind === 'Scalar' || type.kind === 'Enum'
}

SchemaBuilder.registerPlugin(pluginName, AnswerSizePlugin)

export { pluginName as answerSizePlugin }
