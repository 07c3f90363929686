"""Names of months and days, and the small words around them.

By the Unicode CLDR for Finnish, Swedish, English, Norwegian (both), Russian, Northern and Inari
Sámi; Danish comes with Norwegian. Skolt Sámi, which CLDR lacks, is by the encyclopaedia of Sámi
culture and the culture data of Windows, where both agree; it stands here without its apostrophes,
of which every writer uses another.
"""

from collections.abc import Iterable, Iterator

_FINNISH = "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu"
_FINNISH_ENDINGS = ("", "k", "kuu", "kuun", "kuuta", "kuussa")

_NORTHERN_SAMI = (
    "ođđajage guovva njukča cuoŋo miesse geasse suoidne borge čakča golggot skábma juovla"
)
_NORTHERN_SAMI_VARIANT = (
    "ođđajagi guovva njukča cuoŋ miesse geasse suoidne borge čakča golggot skábma juovla"
)
_NORTHERN_SAMI_ENDINGS = ("mánnu", "mánu", "mánus")
_INARI_SAMI = "uđđâive kuovâ njuhčâ cuáŋui vyesi kesi syeini porge čohčâ roovvâd skammâ juovlâ"
_INARI_SAMI_ENDINGS = ("máánu", "máánust")
_SKOLT_SAMI = "ođđeejj tälvv pâzzlâšttam njuhčč vuess ǩiess sueinn pårǧǧ čõhčč kålgg skamm rosttov"
_SKOLT_SAMI_ENDINGS = ("mään", "mannu")

_RUSSIAN = "январ феврал - апрел - июн июл - сентябр октябр ноябр декабр"
_RUSSIAN_ENDINGS = ("ь", "я", "е")
_RUSSIAN_HARD = "- - март - - - - август - - - -"
_RUSSIAN_HARD_ENDINGS = ("", "а", "е")

# One form a month; here and above a hyphen stands for none.
_FORMS = (
    "january february march april may june july august september october november december",
    "jan feb mar apr - jun jul aug sep oct nov dec",
    "januari februari mars - maj juni juli augusti sept oktober - desember",
    "januar februar marts - mai - - - - okt - des",
    "- febr - - - - - - - - - -",
    "ođđj guov njuk cuo mies geas suoi borg čakč golg skáb juov",
    "ođđa - - cuoŋ - - - - - - - -",
    "uđiv kuovâ njuhčâ cuáŋui vyesi kesi syeini porge čohčâ roovvâd skammâ juovlâ",
    "янв фев мар апр - июн июл авг сен окт ноя дек",
    "- февр - - май - - - сент - нояб -",
    "- - - - мая - - - - - - -",
    "- - - - мае - - - - - - -",
)
_STEMS = (
    (_FINNISH, _FINNISH_ENDINGS),
    (_NORTHERN_SAMI, _NORTHERN_SAMI_ENDINGS),
    (_NORTHERN_SAMI_VARIANT, _NORTHERN_SAMI_ENDINGS),
    (_INARI_SAMI, _INARI_SAMI_ENDINGS),
    (_SKOLT_SAMI, _SKOLT_SAMI_ENDINGS),
    (_RUSSIAN, _RUSSIAN_ENDINGS),
    (_RUSSIAN_HARD, _RUSSIAN_HARD_ENDINGS),
)


def _written() -> Iterator[tuple[str, int]]:
    for stems, endings in (*((forms, ("",)) for forms in _FORMS), *_STEMS):
        for month, stem in enumerate(stems.split(), 1):
            if stem != "-":
                yield from ((stem + ending, month) for ending in endings)


MONTHS = dict(_written())
"""From a casefolded name to 1 … 12."""


def _words(lines: Iterable[str]) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


WEEKDAYS = _words(
    (
        # Finnish: name, abbreviation, "on Monday"
        "maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai ma ti ke to pe la su",
        "maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina",
        # Swedish, Danish and Norwegian
        "måndag tisdag onsdag torsdag fredag lördag söndag mån tis ons tors tor fre lör sön",
        "måndagen tisdagen onsdagen torsdagen fredagen lördagen söndagen",
        "mandag tirsdag lørdag søndag man tir tirs lør søn tysdag laurdag sundag tys lau må ty sø",
        # English
        "monday tuesday wednesday thursday friday saturday sunday",
        "mon tue tues wed weds thu thur thurs fri sat sun",
        # Russian
        "понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье",
        "пн вт ср чт пт сб вс пон втр сре чет пят суб вос",
        # Northern Sámi
        "vuossárga mánnodat maŋŋebárga maŋŋebarga disdat gaskavahkku duorasdat duorastat bearjadat",
        "lávvardat lávvordat sotnabeaivi vuos maŋ gask duor bear láv sotn má di ga du be lá so",
        # Inari Sámi
        "vuossargâ vuossaargâ majebargâ majebaargâ koskokko koskoho tuorâstâh tuorâstuv vástuppeivi",
        "vástuppeeivi lávurdâh lávurduv pasepeivi pasepeeivi vuo kos tuo vás pas vu ko tu vá pa",
        # Skolt Sámi
        "vuõssargg mââibargg seärad neljdpeivv nelljdpeivv piâtnâc suevet pâsspeivv mâ se ne pi pâ",
    )
)
"""Read and left at that: a weekday that does not fit the date is wrong more often than the date."""

HOUR_WORDS = ("klo", "kello", "kl", "at", "dii", "diibmu", "tme", "в")
"""Words before a time of the day; an hour alone is one after them."""

SMALL_WORDS = _words(
    (
        "klo kello kl at om the of on den dag",
        # English ordinals, Swedish "24:e", Russian "year"
        "st nd rd th e г года год в",
        # "day" in the Sámi languages, as in "skábmamánu 24. b. 2026"
        "b beaivi beaivve beaivvi p peivi peivv dii diibmu ti tme",
    )
)
"""Words that tell nothing about a date."""
