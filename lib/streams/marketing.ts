import { day, decimal, flag, integer, text } from "./column.ts";
import { type Stream, stream } from "./define.ts";

/** Promotions, each with the discount item that an order's discount line names. */
export const promotionCodes = stream({
  name: "promotion_codes",
  table: "promotioncode",
  cursor: null,
  proof: ["rate"],
  columns: {
    name: text("name"),
    code: text("code"),
    codePattern: text("codepattern"),
    description: text("description"),
    type: text("promotiontype"),
    discountItem: integer("discount"),
    discountType: text("discounttype"),
    rate: decimal("rate"),
    startDate: day("startdate"),
    endDate: day("enddate"),
    /** `SINGLEUSE` or `MULTIPLEUSE`. */
    use: text("usetype"),
    appliesTo: text("applydiscountto"),
    freeShipMethod: integer("freeshipmethod"),
    location: integer("location"),
    isPublic: flag("ispublic"),
    isInactive: flag("isinactive"),
    externalId: text("externalid"),
  },
  deletedTypes: ["promotioncode", "promotion"],
  indexes: [{ key: { code: 1 } }],
});

/** Single codes of promotions, each for one recipient or for whoever has it. */
export const couponCodes = stream({
  name: "coupon_codes",
  table: "couponcode",
  cursor: null,
  proof: ["useCount"],
  columns: {
    code: text("code"),
    promotion: integer("promotion"),
    recipient: integer("recipient"),
    sentOn: day("datesent"),
    useCount: integer("usecount"),
    isUsed: flag("used"),
  },
  deletedTypes: ["couponcode"],
  indexes: [{ key: { promotion: 1 } }],
});

/** Names that campaigns are sorted by. SuiteQL shows these lists, and not the campaigns themselves. */
function names(name: string, table: string): Stream {
  return stream({
    name,
    table,
    cursor: null,
    columns: { name: text("name"), isInactive: flag("isinactive"), externalId: text("externalid") },
    deletedTypes: [table],
  });
}

/** Who a campaign speaks to. */
export const campaignAudiences = names("campaign_audiences", "campaignaudience");
/** Kinds of campaigns. */
export const campaignCategories = names("campaign_categories", "campaigncategory");
/** Ways that a campaign goes: e-mail, telephone, fair … */
export const campaignChannels = names("campaign_channels", "campaignchannel");
/** Product families that a campaign is for. */
export const campaignFamilies = names("campaign_families", "campaignfamily");
/** What a campaign offers. */
export const campaignOffers = names("campaign_offers", "campaignoffer");
/** Industries that a campaign is for. */
export const campaignVerticals = names("campaign_verticals", "campaignvertical");

/** Single mailings and other events of campaigns. */
export const campaignEvents = stream({
  name: "campaign_events",
  table: "campaignevent",
  cursor: null,
  columns: {
    campaign: integer("campaign"),
    title: text("title"),
    channel: integer("channel"),
    startDate: day("startdate"),
  },
  deletedTypes: ["campaignevent"],
  indexes: [{ key: { campaign: 1 } }],
});

/** How somebody answered to an event of a campaign. */
export const campaignResponses = stream({
  name: "campaign_responses",
  table: "campaignresponse",
  cursor: null,
  columns: {
    campaign: integer("campaign"),
    event: integer("campaignevent"),
    entity: integer("entity"),
    response: text("response"),
    respondedOn: day("responsedate"),
  },
  deletedTypes: ["campaignresponse"],
  indexes: [{ key: { campaign: 1 } }, { key: { entity: 1 } }],
});
