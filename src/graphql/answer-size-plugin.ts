import SchemaBuilder, {
  BasePlugin,
  type PothosOutputFieldConfig,
  type PothosOutputFieldType,
  type SchemaTypes,
} from '@pothos/core'
import type { GraphQLFieldResolver, ResponsePath as Path } from 'graphql'
import { TesseraError } from '../errors.ts'
import { type AnswerSize, errorLength, jsonLength, shellsLength } from './answer-size.ts'

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      answerSize: AnswerSizePlugin<Types>
    }
  }
}

const pluginName = 'answerSize'

/** Adds each field to the size of its answer: its name in the answer, and what it resolved to, or its error. */
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
      const failed = (error: unknown): never => {
        sizeIn(context).add(errorLength + placeLength(info.path))
        throw error
      }
      const resolved = orFailed(() => resolver(parent, args, context, info), failed)
      return resolved instanceof Promise ? resolved.then(counted, failed) : counted(resolved)
    }
  }
}

function orFailed<T>(resolve: () => T, failed: (error: unknown) => never): T {
  try {
    return resolve()
  } catch (error) {
    return failed(error)
  }
}

/** Of the names and numbers that an error gives its place with. */
function placeLength(path: Path | undefined): number {
  return path === undefined ? 0 : String(path.key).length + 3 + placeLength(path.prev)
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
