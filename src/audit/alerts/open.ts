import { addressToCall, type CallOptions } from '../../access/address-to-call.ts'
import type { Network } from '../../access/networks.ts'
import type { Logger } from '../../log.ts'
import type { Alert } from './alert.ts'
import { type Alerts, type AlertThresholds, createAlerts } from './alerts.ts'
import { createWebhook, type Webhook } from './webhook.ts'

export interface AlertSettings {
  readonly thresholds: AlertThresholds
  /** Undefined sends nothing beside the log. */
  readonly url: string | undefined
  readonly secret: Buffer | undefined
  readonly allowedNetworks: readonly Network[]
}

/** The rules with what tells of them: a line of the log, and a message where there is someone to receive it. */
export function openAlerts(settings: AlertSettings, log: Logger): Alerts & Pick<Webhook, 'close'> {
  const { thresholds, url, secret, allowedNetworks } = settings
  const webhook =
    url === undefined || secret === undefined ? null : createWebhook({ url, secret, allowedNetworks, log })
  if (url !== undefined) warnOfAddress(url, { allowedNetworks }, log).catch(() => undefined)
  const alerts = createAlerts({
    thresholds,
    deliver: (alert: Alert) => {
      log.warn({ alert }, `alert: ${alert.rule}`)
      webhook?.send(alert)
    },
  })
  return Object.freeze({ ...alerts, close: async () => webhook?.close() })
}

/** So that a wrong address is seen before there is something to tell; nothing of it is told, since it may hold a secret. */
async function warnOfAddress(url: string, options: CallOptions, log: Logger): Promise<void> {
  const called = await addressToCall(new URL(url), options)
  if ('refusal' in called) {
    log.warn({ reason: called.refusal }, 'TESSERA_ALERT_WEBHOOK_URL: alerts cannot be sent there')
  }
}
