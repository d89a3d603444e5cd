"""Numbers of buildings and floors that name no place: counts, layers, climbs, floors of others.

All texts are folded (`script.fold`); positions are offsets into them.
"""

import re

_NUMBER = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
# 这一栋, 一栋楼都, 两栋之间, 共12栋: a number of buildings and not the name of one.
_COUNTED_BEFORE = re.compile("(?:[这那哪每整几同本全半某各共]|总共|一共|盖了|建了|总计)$")
_COUNTED_AFTER = re.compile("^(?:楼?都|的?人|的?房|楼房|楼(?:体|宇)|之间|商|别墅)")
# 左边第二栋: the second from somewhere, and not number two.
_IN_ORDER = re.compile("(?:[边侧]|数|起|进去|进来|进门|过去|过来|往里)的?第?$")
# 临街的一栋: one of them, and not 小区的一栋, which may be number one.
_ONE_OF = re.compile("(?<![区园院期们家])的$")
# 两层楼, 坠了三层, 共30层, 三层玻璃: a number of storeys or layers.
_LAYERS_BEFORE = re.compile(
    "(?:[共每整这那哪几才就总各隔里外又再]|[了过](?:整整|足足|将近)?|[上下高低差]|一共|最高|地上|不到|大概有"
    "|厚厚|出来|[起长泛浮飘漂](?:了|着|起来?)?|(?:积|铺|盖|落|蒙|糊|结|刷|贴|剩|浮|漂)(?:了|着|满)?)$"
)
_LAYERS_AFTER = re.compile(
    "^(?:的?(?:[铁生]?锈|霉|毛(?!坯)|絮|渣|水(?:珠|汽|雾|膜|垢)|虫|蚂蚁|粉|屑|沫|泡|叶|落叶|蜡|胶|盐|碱"
    "|壳|浆|糊|布|纱|网|灰|油|水泥|皮|膜|土|纸|漆|沙|泥|楼梯|冰|雪|霜|[黑白绿红黄灰褐棕蓝橙厚薄浮]|青苔"
    "|玻璃|防水|保温|台阶|架|柜|钢|板|东西|污|垢)"
    "|的?高(?!层)|的?建筑|阶|调整为|改为)"
)
_ON_SURFACE = re.compile(
    r"(?:[水油汤表地桌台墙路镜]面|[盆底壶锅杯桶碗池]底|底下|(?:桌|台|身|地|墙|车|窗|柜|板|箱|盖)上)(?:全是|都是|有|是)?$"
)
_MOTION = re.compile("(?:[爬跑走上下](?:了|过)|坠了|掉了|落了|摔了|滑了|往下[坠掉落]|升了|降了)$")
# 从18楼掉到12楼: where it was before.
_LEFT = re.compile("[^,，。;；!！?？]{0,3}[掉坠滑降落冲窜升]到")
# 二十五楼提着菜爬: as many storeys as somebody climbs.
_CLIMBED = re.compile(
    "^(?:[提抱背扛拎推搬拖][^,，。!！?？]{1,5}(?:爬|走)(?:楼|半|得|上来|上去|上下)"
    "|(?:天天|硬|走楼梯)?爬(?:楼|半|得))"
    "(?![^,，。!！?？]{0,4}(?:窗|栏|阳台|跳|护|墙))"
)
_LIVES_THERE = re.compile("(?:住|家|在|到)(?:的是|在|是|了)?$")
# 一楼邻居把草坪挖了: whose floor it is, and not where the matter is. Only for what neighbours do to
# others: where one of them has fallen, or their flat is burning, is where to go.
_NEIGHBOURS = re.compile(
    "^上?的?(?:那个|那位|那些|一个|几个|老)?(?:邻居|住户|业主|居民|租户|租客|人家|街坊|老人|老太太|大爷|大妈)们?"
    "(?:没(?:办)?法(?:睡|休息|午休|安静|看书|学习)|(?:总|老|天天|经常|每天|每晚|又|也|都|一直)?(?:是|在)?"
    "(?:在群|骂|把(?:公共|公用|小区|绿化|草坪|花[坛园台]|楼下|垃圾|大家|我)|不让|嫌|[跟和]我(?!说)))"
)
_SPEAKER = re.compile("(?:我是|我们是?|咱们?是?|俺们?是?|本人|是|住)(?:在|的)?$")
# 7楼和8楼之间, 4楼到6楼之间
_BETWEEN = re.compile(r"\s*(?:之间|中间|当中|正中)")
_AND_ANOTHER = re.compile(f"\\s*[和到至跟与同、,，~\\-]?\\s*-?{_NUMBER} ?[楼层]?{_BETWEEN.pattern}")
_ONE_AND = re.compile(f"(?:[楼层][和到至跟与同、,，~\\- ]?|{_NUMBER}[和到至跟与同、~\\-])$")


def counts_buildings(number: str, text: str, start: int, word: int) -> bool:
    """Whether 一栋 or 两座 are so many: the number at `start`, its measure word at `word`."""
    before, after = text[max(0, start - 6) : start], text[word + 1 : word + 8]
    if number == "两" or _COUNTED_BEFORE.search(before):
        return True
    if "第" in text[max(0, start - 1) : start + 1] and _IN_ORDER.search(before):
        return True
    if number == "一":
        counted = _COUNTED_AFTER.search(after) or _ONE_OF.search(before)
        return bool(counted) or text[word] == "座"
    return before.endswith("有") and after.startswith(("楼", "房"))


def counts_storeys(number: str, text: str, start: int, word: int, end: int) -> bool:
    """Whether 三层 or 五楼 are so many, or only tell who somebody is.

    The number is at `start`, 楼 or 层 at `word`, what follows at `end`.
    """
    before, rest = text[max(0, start - 6) : start], text[end : end + 20]
    if number == "两" or _MOTION.search(before):
        return True
    if _CLIMBED.search(rest) and not _LIVES_THERE.search(before):
        return True
    if _LEFT.match(rest) and before.endswith("从"):
        return True
    if _NEIGHBOURS.search(rest) and not _SPEAKER.search(before):
        return True
    after = text[word : word + 20].lstrip()
    if not after.startswith("层"):
        return False
    layers = _LAYERS_BEFORE.search(before) or _ON_SURFACE.search(before)
    return bool(layers or _LAYERS_AFTER.search(after[1:])) or after.startswith("层楼")


def is_between(text: str, start: int, end: int) -> bool:
    """Whether a floor is one of two between which the matter is: 7楼和8楼之间."""
    before = text[max(0, start - 6) : start]
    return bool(_AND_ANOTHER.match(text, end)) or bool(
        _BETWEEN.match(text, end) and _ONE_AND.search(before)
    )
