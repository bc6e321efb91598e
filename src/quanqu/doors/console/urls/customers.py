"""The addresses of customers, consent, matching and privacy."""

from typing import Final

from django.urls import URLPattern, path

from quanqu.doors.console.pages import (
    breaches,
    consent,
    customer,
    customer_consents,
    customer_links,
    customer_tag_history,
    customer_tags,
    customers,
    identity_rules,
    matching,
    matching_review,
    privacy,
    privacy_new,
    privacy_rules,
    tag,
    tag_form,
    tag_sample,
    tags,
)

__all__ = ["PATTERNS"]

PATTERNS: Final[list[URLPattern]] = [
    path("customers", customers.CustomersPage.as_view(), name="customers"),
    path("customers/tags", customer_tags.CustomerTags.as_view(), name="customer_tags"),
    path(
        "customers/tags/undo", customer_tags.CustomerTagsUndo.as_view(), name="customer_tags_undo"
    ),
    path("customers/tag-list", tags.TagsPage.as_view(), name="tags"),
    path("customers/tag-list/new", tag_form.TagNew.as_view(), name="tag_new"),
    path("customers/tag-list/parts", tag_form.TagParts.as_view(), name="tag_parts"),
    path("customers/tag-list/restored", tag.TagRestored.as_view(), name="tag_restored"),
    path("customers/tag-list/<str:tag_id>", tag.TagPage.as_view(), name="tag"),
    path("customers/tag-list/<str:tag_id>/change", tag_form.TagChange.as_view(), name="tag_change"),
    path("customers/tag-list/<str:tag_id>/refresh", tag.TagRefresh.as_view(), name="tag_refresh"),
    path("customers/tag-list/<str:tag_id>/archive", tag.TagArchive.as_view(), name="tag_archive"),
    path(
        "customers/tag-list/<str:tag_id>/restoration",
        tag.TagRestoration.as_view(),
        name="tag_restoration",
    ),
    path(
        "customers/tag-list/<str:tag_id>/sample", tag_sample.TagSample.as_view(), name="tag_sample"
    ),
    path("customers/breaches", breaches.BreachesPage.as_view(), name="breaches"),
    path(
        "customers/identity-rules",
        identity_rules.IdentityRulesPage.as_view(),
        name="identity_rules",
    ),
    path(
        "customers/identity-rules/simulation",
        identity_rules.IdentitySimulation.as_view(),
        name="identity_simulation",
    ),
    path(
        "customers/identity-rules/activation",
        identity_rules.IdentityActivation.as_view(),
        name="identity_activation",
    ),
    path(
        "customers/identity-rules/discarded",
        identity_rules.IdentityDraftGone.as_view(),
        name="identity_draft_gone",
    ),
    path(
        "customers/<str:customer_id>/merge",
        customer_links.CustomerMerge.as_view(),
        name="customer_merge",
    ),
    path(
        "customers/<str:customer_id>/split",
        customer_links.CustomerSplit.as_view(),
        name="customer_split",
    ),
    path(
        "customers/<str:customer_id>/verdicts/<int:verdict_key>/lift",
        customer_links.VerdictLift.as_view(),
        name="verdict_lift",
    ),
    path(
        "customers/<str:customer_id>/tags",
        customer_tag_history.CustomerTagHistory.as_view(),
        name="customer_tag_history",
    ),
    path("customers/<str:customer_id>", customer.CustomerPage.as_view(), name="customer"),
    path(
        "customers/<str:customer_id>/touches",
        customer.CustomerTouches.as_view(),
        name="customer_touches",
    ),
    path(
        "customers/<str:customer_id>/reveal",
        customer.CustomerReveal.as_view(),
        name="customer_reveal",
    ),
    path(
        "customers/<str:customer_id>/evidence/<int:evidence_key>/withdrawal",
        customer.EvidenceWithdrawal.as_view(),
        name="evidence_withdrawal",
    ),
    path("consent", consent.ConsentPage.as_view(), name="consent"),
    path("consent/texts", consent.ConsentTexts.as_view(), name="consent_texts"),
    path(
        "customers/<str:customer_id>/consents",
        customer_consents.ConsentRecording.as_view(),
        name="consent_recording",
    ),
    path(
        "customers/<str:customer_id>/consent-link",
        customer_consents.ConsentLink.as_view(),
        name="consent_link",
    ),
    path("matching", matching.MatchingPage.as_view(), name="matching"),
    path("matching/progress", matching.MatchingProgress.as_view(), name="matching_progress"),
    path("matching/run", matching.MatchingRun.as_view(), name="matching_run"),
    path("matching/review", matching_review.MatchingReview.as_view(), name="matching_review"),
    path("matching/runs/<str:run_id>/undo", matching.MatchingUndo.as_view(), name="matching_undo"),
    path(
        "matching/pairs/<str:pair_id>/answer",
        matching_review.MatchingAnswer.as_view(),
        name="matching_answer",
    ),
    path(
        "matching/pairs/<str:pair_id>/undo",
        matching_review.MatchingAnswerUndo.as_view(),
        name="matching_answer_undo",
    ),
    path(
        "matching/pairs/<str:pair_id>/reveal",
        matching_review.MatchingReveal.as_view(),
        name="matching_reveal",
    ),
    path("privacy", privacy.PrivacyPage.as_view(), name="privacy"),
    path("privacy/new", privacy_new.PrivacyNew.as_view(), name="privacy_new"),
    path("privacy/retention", privacy_rules.RetentionPage.as_view(), name="privacy_retention"),
    path("privacy/inventory", privacy_rules.InventoryPage.as_view(), name="privacy_inventory"),
    path("privacy/<str:request_id>", privacy.PrivacyRequestPage.as_view(), name="privacy_request"),
    path("privacy/<str:request_id>/acts", privacy.PrivacyAct.as_view(), name="privacy_act"),
    path("privacy/<str:request_id>/report", privacy.PrivacyReport.as_view(), name="privacy_report"),
    path(
        "privacy/<str:request_id>/package", privacy.PrivacyPackage.as_view(), name="privacy_package"
    ),
]
