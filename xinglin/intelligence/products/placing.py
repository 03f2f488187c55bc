"""Where the authors of papers work: a province of China or another country, as their addresses tell.

An address names its unit first and its place last, in Chinese as in English: of several places named, the last counts.
Tables of the provinces with their larger cities and of countries; an address that names none of them is not placed.
"""

import re
from collections.abc import Iterable

from xinglin.commons.text import comparable
from xinglin.literature.articles import Article

CHINA = "中国"
# Provinces with the names by which addresses tell them: their own, their larger cities', both in pinyin.
PROVINCES: dict[str, str] = {
    "北京": "北京 beijing peking",
    "天津": "天津 tianjin",
    "河北": "河北 hebei 石家庄 shijiazhuang 保定 baoding 唐山 tangshan 邯郸 handan 秦皇岛 承德 沧州 廊坊 张家口",
    "山西": "山西 shanxi 太原 taiyuan 大同 datong 长治 运城 临汾",
    "内蒙古": "内蒙古 inner_mongolia 呼和浩特 hohhot huhhot 包头 baotou 赤峰 通辽 鄂尔多斯",
    "辽宁": "辽宁 liaoning 沈阳 shenyang 大连 dalian 锦州 jinzhou 鞍山 丹东",
    "吉林": "吉林 jilin 长春 changchun 延吉 yanji",
    "黑龙江": "黑龙江 heilongjiang 哈尔滨 harbin 大庆 daqing 齐齐哈尔 牡丹江 佳木斯",
    "上海": "上海 shanghai",
    "江苏": "江苏 jiangsu 南京 nanjing 苏州 suzhou 无锡 wuxi 徐州 xuzhou 南通 nantong 常州 changzhou 扬州 yangzhou",
    "浙江": "浙江 zhejiang 杭州 hangzhou 宁波 ningbo 温州 wenzhou 金华 jinhua 绍兴 嘉兴 台州 湖州",
    "安徽": "安徽 anhui 合肥 hefei 芜湖 wuhu 蚌埠 bengbu 安庆 阜阳",
    "福建": "福建 fujian 福州 fuzhou 厦门 xiamen 泉州 quanzhou 莆田 漳州",
    "江西": "江西 jiangxi 南昌 nanchang 赣州 ganzhou 九江 宜春 上饶",
    "山东": "山东 shandong 济南 jinan 青岛 qingdao 潍坊 weifang 烟台 yantai 济宁 jining 泰安 临沂 滨州",
    "河南": "河南 henan 郑州 zhengzhou 新乡 xinxiang 洛阳 luoyang 开封 南阳",
    "湖北": "湖北 hubei 武汉 wuhan 宜昌 yichang 襄阳 十堰 shiyan 荆州 黄石 恩施",
    "湖南": "湖南 hunan 长沙 changsha 衡阳 hengyang 株洲 湘潭 岳阳 常德",
    "广东": "广东 guangdong 广州 guangzhou 深圳 shenzhen 佛山 foshan 汕头 shantou 珠海 zhuhai 东莞 dongguan 湛江",
    "广西": "广西 guangxi 南宁 nanning 桂林 guilin 柳州 liuzhou 百色",
    "海南": "海南 hainan 海口 haikou 三亚 sanya",
    "重庆": "重庆 chongqing",
    "四川": "四川 sichuan 成都 chengdu 泸州 luzhou 南充 nanchong 绵阳 mianyang 德阳 宜宾",
    "贵州": "贵州 guizhou 贵阳 guiyang 遵义 zunyi",
    "云南": "云南 yunnan 昆明 kunming 大理 dali 曲靖 玉溪",
    "西藏": "西藏 tibet xizang 拉萨 lhasa",
    "陕西": "陕西 shaanxi 西安 xi'an xian 咸阳 xianyang 宝鸡 延安",
    "甘肃": "甘肃 gansu 兰州 lanzhou 天水 酒泉",
    "青海": "青海 qinghai 西宁 xining",
    "宁夏": "宁夏 ningxia 银川 yinchuan",
    "新疆": "新疆 xinjiang 乌鲁木齐 urumqi 石河子 shihezi 喀什",
    "香港": "香港 hong_kong",
    "澳门": "澳门 macau macao",
    "台湾": "台湾 taiwan 台北 taipei 高雄 kaohsiung 台中 taichung 台南 tainan",
}
LANDS: dict[str, str] = {
    CHINA: "china p.r._china pr_china 中国",
    "美国": "usa u.s.a united_states 美国",
    "英国": "uk u.k united_kingdom england scotland wales northern_ireland 英国",
    "德国": "germany deutschland 德国",
    "法国": "france 法国",
    "意大利": "italy italia 意大利",
    "西班牙": "spain 西班牙",
    "葡萄牙": "portugal",
    "荷兰": "netherlands the_netherlands 荷兰",
    "比利时": "belgium",
    "瑞士": "switzerland 瑞士",
    "奥地利": "austria",
    "瑞典": "sweden 瑞典",
    "挪威": "norway",
    "丹麦": "denmark 丹麦",
    "芬兰": "finland",
    "冰岛": "iceland",
    "爱尔兰": "ireland",
    "波兰": "poland",
    "捷克": "czech_republic czechia",
    "匈牙利": "hungary",
    "希腊": "greece",
    "罗马尼亚": "romania",
    "塞尔维亚": "serbia",
    "克罗地亚": "croatia",
    "斯洛文尼亚": "slovenia",
    "俄罗斯": "russia 俄罗斯",
    "乌克兰": "ukraine",
    "土耳其": "turkey türkiye turkiye",
    "以色列": "israel",
    "伊朗": "iran",
    "伊拉克": "iraq",
    "沙特阿拉伯": "saudi_arabia",
    "阿联酋": "united_arab_emirates uae",
    "卡塔尔": "qatar",
    "科威特": "kuwait",
    "埃及": "egypt",
    "南非": "south_africa",
    "尼日利亚": "nigeria",
    "肯尼亚": "kenya",
    "埃塞俄比亚": "ethiopia",
    "乌干达": "uganda",
    "加纳": "ghana",
    "日本": "japan 日本",
    "韩国": "korea south_korea republic_of_korea 韩国",
    "印度": "india 印度",
    "巴基斯坦": "pakistan",
    "孟加拉国": "bangladesh",
    "斯里兰卡": "sri_lanka",
    "尼泊尔": "nepal",
    "泰国": "thailand 泰国",
    "越南": "vietnam viet_nam 越南",
    "马来西亚": "malaysia",
    "新加坡": "singapore 新加坡",
    "印度尼西亚": "indonesia",
    "菲律宾": "philippines",
    "澳大利亚": "australia 澳大利亚",
    "新西兰": "new_zealand 新西兰",
    "加拿大": "canada 加拿大",
    "墨西哥": "mexico",
    "巴西": "brazil brasil 巴西",
    "阿根廷": "argentina",
    "智利": "chile",
    "哥伦比亚": "colombia",
    "秘鲁": "peru",
    "古巴": "cuba",
}


def _found_by(table: dict[str, str]) -> tuple[re.Pattern[str], dict[str, str]]:
    names = {word.replace("_", " "): name for name, words in table.items() for word in words.split()}
    either = "|".join(
        rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)
        for word in sorted(names, key=lambda word: (-len(word), word))
    )
    return re.compile(either), names


_PROVINCE, _PROVINCE_OF = _found_by(PROVINCES)
_LAND, _LAND_OF = _found_by(LANDS)


def places_of(article: Article) -> tuple[set[str], set[str]]:
    """Return the provinces and the countries in which a paper's authors work."""
    addresses = {each for author in article.authors for each in author.affiliations}
    placed = [_placed(address) for address in addresses]
    return {province for province, _land in placed if province}, {land for _province, land in placed if land}


def _placed(address: str) -> tuple[str, str]:
    text = comparable(address)
    land = _last(_LAND.finditer(text), _LAND_OF)
    if land and land != CHINA:
        return "", land
    province = _last(_PROVINCE.finditer(text), _PROVINCE_OF)
    return province, CHINA if province else land


def _last(found: Iterable[re.Match[str]], names: dict[str, str]) -> str:
    name = ""
    for each in found:
        name = names[each[0]]
    return name
