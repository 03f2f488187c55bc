"""Patents in numbers: by year of filing, applicant, inventor, class and office, by document and by family."""

from collections import Counter
from collections.abc import Sequence

from xinglin.intelligence.patents.reading import Patent
from xinglin.intelligence.products.counting import Ranked, most

OFFICES = {
    "CN": "中国", "US": "美国", "EP": "欧洲专利局", "WO": "国际申请（PCT）", "JP": "日本", "KR": "韩国",
    "DE": "德国", "GB": "英国", "FR": "法国", "CA": "加拿大", "AU": "澳大利亚", "TW": "中国台湾", "HK": "中国香港",
    "MO": "中国澳门", "IN": "印度", "RU": "俄罗斯", "BR": "巴西", "ES": "西班牙", "IT": "意大利", "CH": "瑞士",
    "SG": "新加坡", "IL": "以色列", "MX": "墨西哥",
}  # fmt: skip
MOST_YEARS = 30


def count(patents: Sequence[Patent]) -> dict[str, object]:
    """Return the numbers of a set; a document counts once for each applicant, inventor, class and office it names."""
    years = Counter(each.filed[:4] for each in patents if each.filed)
    spans = sorted(map(int, years))
    every_year: Ranked = (
        [(str(year), years[str(year)]) for year in range(spans[0], spans[-1] + 1)] if spans else []
    )
    return {
        "papers": len(patents),
        "families": len({each.family or each.number for each in patents}),
        "filed": [list(each) for each in every_year[-MOST_YEARS:]],
        "applicants": [list(each) for each in most(each.applicants for each in patents)],
        "inventors": [list(each) for each in most(each.inventors for each in patents)],
        "ipc": [list(each) for each in most({cls[:4] for cls in each.classes} for each in patents)],
        "groups": [list(each) for each in most({c for c in each.classes if len(c) > 4} for each in patents)],
        "countries": [
            [OFFICES.get(code.upper(), code), n] for code, n in most([each.country] for each in patents)
        ],
        "without_filed": sum(not each.filed for each in patents),
        "without_applicant": sum(not each.applicants for each in patents),
        "without_class": sum(not each.classes for each in patents),
        "pairs": [],
    }
