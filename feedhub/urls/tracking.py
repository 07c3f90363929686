"""Query parameters that tell who sent a reader, and never what the page is.

A name is here only when one vendor coined it for this use. Names that mean something else
elsewhere stay: `ref`, `source`, `cid`, `id`, `sid`, `s`, `p`, `from`, `campaign`, `share`. A page that
does tell its articles apart by one of these names keeps it by its source's configuration.
"""

from collections.abc import Collection
from urllib.parse import unquote

NAMES_BY_VENDOR = {
    "Google Ads and Analytics": (
        "_ga _gac _gl dclid gad gad_campaignid gad_source gbraid gclid gclsrc srsltid wbraid"
    ),
    "Google's AMP viewer": "amp_gsa amp_js_v usqp",
    "Meta (Facebook, Instagram)": (
        "fb_action_ids fb_action_types fb_ref fb_source fbclid igsh igshid mibextid"
    ),
    "Microsoft Advertising": "msclkid",
    "Yandex": "_openstat yclid ymclid ysclid",
    "X (Twitter)": "ref_src ref_url twclid",
    "LinkedIn": "li_fat_id",
    "TikTok": "ttclid",
    "Pinterest": "epik",
    "Snapchat": "sccid",
    "Reddit": "rdt_cid",
    "Mailchimp": "mc_cid mc_eid mc_tc",
    "MailerLite": "ml_subscriber ml_subscriber_hash",
    "HubSpot": "__hsfp __hssc __hstc _hsenc _hsmi hsctatracking",
    "Adobe (Marketo, Advertising)": "ef_id mkt_tok s_cid s_kwcid",
    "Oracle Eloqua": "elqaid elqat elqcampaignid elqtrack elqtrackid",
    "SAP Emarsys": "sc_eh sc_lid sc_llid sc_src sc_uid",
    "Acoustic": "cm_mmc spjobid spmailingid spreportid spuserid",
    "Dotdigital": "dm_i dm_t",
    "Klaviyo": "_kx",
    "Drip": "__s",
    "ActiveCampaign": "vgo_ee",
    "Vero": "vero_conv vero_id",
    "Omeda": "oly_anon_id oly_enc_id",
    "AT Internet (Piano)": (
        "at_bbc_team at_campaign at_campaign_type at_custom1 at_custom2 at_custom3 at_custom4"
        " at_format at_link_id at_link_origin at_link_type at_medium at_ptr_name xtor"
    ),
    "Mapp (Webtrekk)": "wt.mc_id wt_mc wt_zmc",
    "Branch": "_branch_match_id _branch_referrer",
    "Impact, Awin, CJ": "awc cjevent irclickid irgwc",
    "Outbrain, Taboola": "dicbo tblci",
    "Echobox": "echobox",
    "Wicked Reports": "wickedid",
}

PREFIXES_BY_VENDOR = {
    "Urchin, then Google Analytics, and everybody": "utm_",
    "Matomo, once Piwik": "matomo_ mtm_ piwik_ pk_",
    "HubSpot Ads": "hsa_",
    "Cloudflare's challenges": "__cf_chl_",
}

_NAMES = frozenset(name for names in NAMES_BY_VENDOR.values() for name in names.split())
_PREFIXES = tuple(start for starts in PREFIXES_BY_VENDOR.values() for start in starts.split())


def readable(address: str, *, keep: Collection[str] = ()) -> str:
    """The address without tracking parameters, and else as it was.

    `keep` names parameters to leave, in any case of letters. A fragment goes when it is nothing
    but such parameters.
    """
    if "?" not in address and "#" not in address:
        return address
    rest, _, fragment = address.partition("#")
    path, _, query = rest.partition("?")
    pairs = query.split("&")
    kept = [pair for pair in pairs if not tracks(pair, keep)]
    if len(kept) < len(pairs):
        rest = f"{path}?{'&'.join(kept)}" if kept else path
    if fragment and all(tracks(pair, keep) for pair in fragment.split("&")):
        return rest
    return f"{rest}#{fragment}" if "#" in address else rest


def tracks(pair: str, keep: Collection[str] = ()) -> bool:
    """Whether a parameter, with or without its value, is for tracking."""
    name = parameter_name(pair)
    if name not in _NAMES and not name.startswith(_PREFIXES):
        return False
    return name not in {each.lower() for each in keep}


def parameter_name(pair: str) -> str:
    """In small letters; without the rest of an ampersand that was escaped twice."""
    name = pair.partition("=")[0]
    if "%" in name:
        name = unquote(name)
    return name.lower().removeprefix("amp;")
