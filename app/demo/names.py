"""People who do not exist: Chinese names, telephone numbers nobody has."""

from random import Random

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛段雷侯龙史陶黎贺顾毛郝龚邵万钱严戴莫孔向汤"
)
_FIRST = "晓雨思梦家志建海春秋文子佳俊宇浩一若静云立国庆永小亚丽玉明景书诗安宏欣伟少新"
_SECOND = "涵轩怡琪豪杰峰燕芳敏军平强磊娜倩婷宁凯博阳晨溪岚莹萍华林楠洁霞斌辉鑫瑶琳航然悦"


class NameBook:
    """Gives out names, none of them twice."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._given_out: set[str] = set()

    def next_name(self) -> str:
        """A surname with a given name of one or two characters."""
        while True:
            first = self._random.choice(_FIRST) if self._random.random() < 0.8 else ""
            name = self._random.choice(_SURNAMES) + first + self._random.choice(_SECOND)
            if name not in self._given_out:
                self._given_out.add(name)
                return name


def phone(random: Random) -> str:
    """A mobile number in the Chinese form whose middle is all zeros, as no subscriber's is."""
    return f"+861{random.randrange(3, 10)}00000{random.randrange(10_000):04d}"


def national_id_last4(random: Random) -> str:
    """The last four characters of an identity number; the check character may be an X (GB 11643)."""
    return f"{random.randrange(1000):03d}{random.choice('0123456789X')}"
