"""Every room and infra part that is a Django app, in rank order."""

from typing import Final

INFRA: Final[tuple[str, ...]] = (
    "quanqu.infra.personal.apps.PersonalConfig",
    "quanqu.infra.jobs.apps.JobsConfig",
    "quanqu.infra.outbox.apps.OutboxConfig",
    "quanqu.infra.audit.apps.AuditConfig",
    "quanqu.infra.http.apps.HttpConfig",
    "quanqu.infra.lake.apps.LakeConfig",
)

ROOMS: Final[tuple[str, ...]] = (
    "quanqu.know.org.apps.OrgConfig",
    "quanqu.know.customers.apps.CustomersConfig",
    "quanqu.know.matching.apps.MatchingConfig",
    "quanqu.know.consent.apps.ConsentConfig",
    "quanqu.know.timeline.apps.TimelineConfig",
    "quanqu.know.audiences.apps.AudiencesConfig",
    "quanqu.know.tags.apps.TagsConfig",
    "quanqu.know.privacy.apps.PrivacyConfig",
    "quanqu.learn.metrics.apps.MetricsConfig",
    "quanqu.learn.predict.apps.PredictConfig",
    "quanqu.sell.catalog.apps.CatalogConfig",
    "quanqu.sell.inventory.apps.InventoryConfig",
    "quanqu.sell.supply.apps.SupplyConfig",
    "quanqu.sell.replenishment.apps.ReplenishmentConfig",
    "quanqu.sell.sourcing.apps.SourcingConfig",
    "quanqu.sell.payments.apps.PaymentsConfig",
    "quanqu.sell.orders.apps.OrdersConfig",
    "quanqu.sell.slots.apps.SlotsConfig",
    "quanqu.sell.checkout.apps.CheckoutConfig",
    "quanqu.sell.carts.apps.CartsConfig",
    "quanqu.sell.quotes.apps.QuotesConfig",
    "quanqu.sell.subscriptions.apps.SubscriptionsConfig",
    "quanqu.sell.returns.apps.ReturnsConfig",
    "quanqu.sell.fulfilment.apps.FulfilmentConfig",
    "quanqu.sell.dropship.apps.DropshipConfig",
    "quanqu.sell.intercompany.apps.IntercompanyConfig",
    "quanqu.sell.invoicing.apps.InvoicingConfig",
    "quanqu.engage.care.apps.CareConfig",
    "quanqu.doors.api.apps.ApiConfig",
    "quanqu.doors.connectors.apps.ConnectorsConfig",
    "quanqu.doors.preferences.apps.PreferencesConfig",
    "quanqu.doors.console.apps.ConsoleConfig",
)
