// How strings.json was made: consent strings of the official encoder with what its model says.
//   npm install @iabtechlabtcf/core@1.5.21 && node make.mjs > strings.json
import { GVL, Segment, PurposeRestriction, RestrictionType, TCModel, TCString } from '@iabtechlabtcf/core';

let seed = 20260101;
const random = (below) => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % below; };
const some = (most, chance) => Array.from({ length: most }, (_, at) => at + 1).filter(() => random(100) < chance);

const vendors = Object.fromEntries(Array.from({ length: 900 }, (_, at) => [at + 1, {
  id: at + 1, name: `v${at + 1}`, purposes: [1, 2, 3, 4, 7], legIntPurposes: [9, 10], flexiblePurposes: [2, 7],
  specialPurposes: [], features: [], specialFeatures: [], policyUrl: '',
}]));
const numbered = (most) => Object.fromEntries(Array.from({ length: most }, (_, at) => [at + 1, { id: at + 1, name: `${at}`, description: '', illustrations: [] }]));
const gvl = (policy) => new GVL({
  gvlSpecificationVersion: 3, vendorListVersion: 48, tcfPolicyVersion: policy, lastUpdated: '2026-01-01T00:00:00Z',
  purposes: numbered(11), specialPurposes: numbered(3), features: numbered(3), specialFeatures: numbered(2), vendors, stacks: {},
});

const sorted = (set) => { const found = []; set.forEach((has, id) => { if (has) found.push(id); }); return found.sort((a, b) => a - b); };
const told = [];
for (let at = 0; at < 24; at++) {
  const model = new TCModel(gvl(at % 3 ? 5 : 4));
  model.cmpId = 2 + random(400); model.cmpVersion = 2 + random(60); model.consentScreen = random(60);
  model.consentLanguage = ['EN', 'ZH', 'DE'][at % 3]; model.publisherCountryCode = ['DE', 'FR', 'CN'][at % 3];
  model.isServiceSpecific = true; model.useNonStandardTexts = at % 5 === 0; model.purposeOneTreatment = at % 7 === 0;
  model.purposeConsents.set(some(11, 60)); model.purposeLegitimateInterests.set(some(11, 30).filter((id) => id > 1 && ![3, 4, 5, 6].includes(id)));
  model.specialFeatureOptins.set(some(2, 50));
  const dense = at % 2 ? 70 : 1;
  model.vendorConsents.set(some(at % 4 === 0 ? 30 : 900, dense)); model.vendorLegitimateInterests.set(some(400, dense));
  model.vendorsDisclosed.set(some(900, at % 2 ? 90 : 3));
  if (at % 3 === 1) {
    for (const vendor of some(60, 30)) model.publisherRestrictions.add(vendor, new PurposeRestriction(2, RestrictionType.REQUIRE_CONSENT));
    for (const vendor of some(20, 30)) model.publisherRestrictions.add(vendor, new PurposeRestriction(7, RestrictionType.NOT_ALLOWED));
  }
  model.publisherConsents.set(some(11, 50)); model.publisherLegitimateInterests.set(some(11, 20));
  if (at % 2) { model.numCustomPurposes = 5; model.publisherCustomConsents.set(some(5, 50)); model.publisherCustomLegitimateInterests.set(some(5, 30)); }
  model.created = new Date(Date.UTC(2026, at % 12, 1 + at)); model.lastUpdated = new Date(Date.UTC(2026, at % 12, 2 + at));
  const segments = at % 4 === 2 ? [Segment.CORE, Segment.VENDORS_DISCLOSED] : [Segment.CORE, Segment.VENDORS_DISCLOSED, Segment.PUBLISHER_TC];
  const text = TCString.encode(model, { segments });
  const read = TCString.decode(text);
  const restrictions = read.publisherRestrictions.getRestrictions().map((one) => ({
    purpose: one.purposeId, kind: one.restrictionType, vendors: read.publisherRestrictions.getVendors(one),
  }));
  told.push({
    text, cmp_id: read.cmpId, cmp_version: read.cmpVersion, consent_screen: read.consentScreen, language: read.consentLanguage,
    vendor_list_version: read.vendorListVersion, policy_version: read.policyVersion, is_service_specific: read.isServiceSpecific,
    uses_non_standard_texts: read.useNonStandardTexts, is_purpose_one_treatment: read.purposeOneTreatment,
    publisher_country: read.publisherCountryCode, created: read.created.toISOString(), updated: read.lastUpdated.toISOString(),
    special_features: sorted(read.specialFeatureOptins), purposes: sorted(read.purposeConsents),
    legitimate_interests: sorted(read.purposeLegitimateInterests), vendors: sorted(read.vendorConsents),
    vendor_legitimate_interests: sorted(read.vendorLegitimateInterests), disclosed_vendors: sorted(read.vendorsDisclosed), restrictions,
    publisher: segments.length < 3 ? null : {
      purposes: sorted(read.publisherConsents), legitimate_interests: sorted(read.publisherLegitimateInterests),
      custom_purposes: sorted(read.publisherCustomConsents), custom_legitimate_interests: sorted(read.publisherCustomLegitimateInterests),
      custom_count: read.numCustomPurposes,
    },
  });
}
console.log('[\n' + told.map((one) => JSON.stringify(one)).join(',\n') + '\n]');
