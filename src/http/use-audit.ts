import type { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { AuditLog } from '../audit/audit-log.ts'
import { refusalEvent } from '../audit/refusals.ts'
import { type Delivered, mapped } from './delivery.ts'
import type { EdgeContext } from './edge-context.ts'
import { tesseraErrorIn } from './mask-error.ts'

/**
 * Tells the audit what a request of a verified caller was refused: each reason once, in however many fields, parts or events
 * of a subscription it is met. Stands before what hides the causes of errors.
 */
export function useAudit({ audit }: { readonly audit: AuditLog }): Plugin<object, EdgeContext> {
  const told = new WeakMap<EdgeContext, Set<string>>()

  function tell(error: GraphQLError, edge: EdgeContext): void {
    if (edge.caller === null) return
    const { requestId, address, caller } = edge
    const cause = tesseraErrorIn(error) ?? error.originalError
    const event = refusalEvent(cause, caller, { requestId, address })
    if (event === null) return
    const reasons = told.get(edge) ?? new Set()
    told.set(edge, reasons)
    const reason = `${event.kind} ${event.reason}`
    if (reasons.has(reason)) return
    reasons.add(reason)
    audit.record(event)
  }

  function tellAll(result: Delivered, edge: EdgeContext): Delivered {
    for (const error of result.errors ?? []) tell(error, edge)
    for (const part of result.incremental ?? []) tellAll(part, edge)
    return result
  }

  return {
    onResultProcess({ result, setResult, serverContext }) {
      if (Array.isArray(result)) return
      if (Symbol.asyncIterator in result) setResult(mapped(result, (part) => tellAll(part, serverContext)))
      else tellAll(result, serverContext)
    },
  }
}
