import type { ExecutionArgs } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { EdgeContext } from './edge-context.ts'
import { operationCost } from './operation-cost.ts'

/** Operations pay for what they ask before anything of them is done. */
export function useCosts(): Plugin<EdgeContext, EdgeContext> {
  return {
    onExecute: ({ args }) => pay(args, args.contextValue),
    onSubscribe: ({ args }) => pay(args, args.contextValue),
  }
}

/** @throws RATE_LIMITED */
async function pay(
  { document, operationName }: Pick<ExecutionArgs, 'document' | 'operationName'>,
  { requestContext }: EdgeContext,
): Promise<undefined> {
  await requestContext?.admit(operationCost(document, operationName))
  return undefined
}
