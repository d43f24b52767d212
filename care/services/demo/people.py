"""Made-up people and firms: names, identity numbers with their check digits, phones, addresses. Pure and seeded."""

from datetime import date, timedelta
from itertools import accumulate

from borax.calendars.lunardate import LunarDate

from customers.rules.identity import CREDIT_ALPHABET, CREDIT_VALUE, RESIDENT_CHECK, RESIDENT_WEIGHTS

# Roughly as common as in the country; the last ones read otherwise as surnames than in running text.
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程"
    "魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾"
    "龚邵万覃武钱戴严莫孔向常汤"
)
RARE_SURNAMES = (
    "欧阳",
    "司徒",
    "上官",
    "诸葛",
    "单",
    "仇",
    "区",
    "查",
    "翟",
    "解",
    "曲",
    "乐",
    "盖",
    "䶮",
    "慕容",
    "尉迟",
)
SURNAME_WEIGHTS = list(accumulate(max(1, 70 - place) for place in range(len(SURNAMES))))
MEN = "伟强磊军洋勇杰涛超明刚平辉健俊鹏飞斌波宇浩凯宏志建国文华博林峰龙海东成亮松庆云天泽睿晨轩嘉铭子豪瑞霖昊然逸"
WOMEN = "芳娜敏静丽艳娟霞秀英玲桂兰红梅燕萍洁琳雪慧颖莉婷倩璐瑶佳怡欣悦雯思梦诗涵雨萱紫妍可馨若曦语彤婉清月蓉珍晓"
OLDER_MEN = "建国志强国庆卫东永福德明长贵金山文革学军援朝胜利建军"
OLDER_WOMEN = "秀英桂兰玉珍淑芬凤英素珍春花月娥桂英翠兰秀兰玉兰"

# Six digits of the place of birth: Shenzhen and Guangzhou, and the provinces people come from.
REGIONS = (
    *("440303", "440304", "440305", "440306", "440307", "440104", "440106", "440183", "441900", "445281", "440982"),
    *("430102", "430421", "420106", "421087", "360102", "360730", "510104", "511602", "450102", "410105", "340104"),
)
MOBILE = ("133", "135", "136", "137", "138", "139", "150", "158", "159", "177", "180", "186", "188", "189", "199")
STREETS = (
    "深南大道",
    "科苑路",
    "海德三道",
    "红荔路",
    "宝安大道",
    "龙岗大道",
    "天河路",
    "体育东路",
    "中山五路",
    "珠江西路",
)
ESTATES = ("翠海花园", "阳光棕榈园", "锦绣江南", "云山诗意", "海印长城", "东方花园", "荔林春晓", "星河时代", "南国丽园")

INDUSTRIES = {
    "电子制造": ("电子科技", "精密电子", "光电技术"),
    "服装批发": ("服饰", "纺织品", "制衣"),
    "跨境电商": ("供应链管理", "电子商务", "进出口贸易"),
    "餐饮连锁": ("餐饮管理", "食品"),
    "建筑装饰": ("装饰工程", "建筑工程", "园林景观"),
    "软件服务": ("软件", "信息技术", "网络科技"),
    "物流运输": ("物流", "国际货运代理"),
    "医疗器械": ("医疗器械", "生物科技"),
    "教育培训": ("教育咨询", "文化传播"),
    "五金模具": ("五金制品", "模具", "机电设备"),
}
ORG_TYPES = ("小微企业", "小微企业", "小微企业", "大中型企业", "行政事业单位")
FIRM_WORDS = "华盛恒通瑞兴天成鑫源广联德信永和嘉裕宏达金晟汇丰润泽中科海创博远同济明辉顺安凯旋卓越"


def resident_number(chance, born, male):
    """An identity number of 18 characters with its check digit, for somebody born on the day."""
    body = f"{chance.choice(REGIONS)}{born:%Y%m%d}{chance.randrange(0, 500) * 2 + (1 if male else 0):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, RESIDENT_WEIGHTS, strict=True))
    return body + RESIDENT_CHECK[total % 11]


def credit_code(chance):
    """A unified social credit code of a firm in Shenzhen or Guangzhou, check character included."""
    body = f"91{chance.choice(('440300', '440100'))}MA5" + "".join(chance.choice(CREDIT_ALPHABET) for _ in range(6))
    total = sum(CREDIT_VALUE[letter] * 3**place for place, letter in enumerate(body))
    return body + CREDIT_ALPHABET[-total % 31]


def surname(chance):
    """A surname; one in fifty is rare, of two letters, or read in an unusual way."""
    if chance.random() < 0.02:
        return chance.choice(RARE_SURNAMES)
    return chance.choices(SURNAMES, cum_weights=SURNAME_WEIGHTS)[0]


def given_name(chance, born, male):
    """One or two letters in the fashion of the year of birth."""
    if born.year < 1968:
        pairs = OLDER_MEN if male else OLDER_WOMEN
        at = chance.randrange(0, len(pairs) // 2) * 2
        return pairs[at : at + 2]
    letters = MEN if male else WOMEN
    first = chance.choice(letters)
    return first if chance.random() < 0.28 else first + chance.choice(letters)


def birth_date(chance, today, mean_age=44, spread=13):
    """A birth date: ages 19 to 84, thickest around `mean_age`."""
    age = min(max(chance.gauss(mean_age, spread), 19), 84)
    return today - timedelta(days=int(age * 365.2425) + chance.randrange(0, 300))


def lunar_birthday(born):
    """The birth day in the lunar calendar as the extract writes it: ``10-13``, ``闰06-01``."""
    lunar = LunarDate.from_solar(born)
    return f"{'闰' if lunar.leap else ''}{lunar.month:02d}-{lunar.day:02d}"


def mobile(chance):
    """A mobile number; its fourth digit is 0, so that few of them are anybody's."""
    return f"{chance.choice(MOBILE)}0{chance.randrange(10_000_000):07d}"


def address(chance, city, district):
    """Where somebody lives or a firm sits."""
    home = chance.choice(ESTATES)
    return (
        f"{city}{district}{chance.choice(STREETS)}{chance.randrange(1, 400)}号{home}"
        f"{chance.randrange(1, 20)}栋{chance.randrange(1, 33)}0{chance.randrange(1, 7)}"
    )


def firm(chance, city, district):
    """A firm: (name, industry, kind of organisation)."""
    industry = chance.choice(tuple(INDUSTRIES))
    at = chance.randrange(0, len(FIRM_WORDS) // 2) * 2
    word = FIRM_WORDS[at : at + 2] if chance.random() < 0.7 else chance.choice(FIRM_WORDS) + chance.choice(FIRM_WORDS)
    form = "有限公司" if chance.random() < 0.85 else "股份有限公司"
    kind = chance.choice(ORG_TYPES)
    if kind == "行政事业单位":
        place = chance.choice(("第一", "第二", "第三", "实验", "人民", "中心"))
        return f"{city}{district}{place}{chance.choice(('小学', '中学', '医院', '幼儿园', '图书馆'))}", "公共服务", kind
    return f"{city}{word}{chance.choice(INDUSTRIES[industry])}{form}", industry, kind


def years_before(day, years):
    """The same day `years` earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)
