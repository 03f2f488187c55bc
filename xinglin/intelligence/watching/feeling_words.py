"""The two lists of words with a tone in news about health, entered for this project, and how words are negated."""

GOOD = frozenset(
    """
    好转 缓解 改善 回落 趋稳 平稳 稳定 可控 遏制 成功 突破 有效 高效 及时 充足 充裕 保障 支援 驰援 援助 捐赠 捐助
    救助 帮助 感谢 致敬 点赞 表扬 表彰 称赞 赞扬 好评 满意 信任 放心 安心 安全 便利 便民 方便 免费 惠民 利好 希望
    乐观 鼓舞 温暖 感动 团结 互助 奉献 坚守 守护 关爱 透明 公开 畅通 恢复 复工 复产 复学 优化 提升 进步 领先 创新
    突出 显著 胜利 圆满 顺利
    """.split()  # noqa: SIM905
)
BAD = frozenset(
    """
    恐慌 恐惧 担忧 担心 焦虑 忧虑 不安 愤怒 气愤 不满 失望 绝望 质疑 怀疑 批评 谴责 抨击 投诉 举报 抗议 纠纷 冲突
    争议 歧视 排斥 谣言 造谣 传谣 不实 虚假 造假 假冒 伪劣 欺骗 诈骗 骗局 误导 夸大 隐瞒 瞒报 漏报 迟报 谎报 失职
    渎职 失误 事故 违规 违法 违纪 违反 处分 处罚 问责 免职 追责 拘留 短缺 紧缺 缺货 缺口 告急 不足 匮乏 断货 涨价
    哄抬 囤积 拥堵 拥挤 混乱 延误 滞留 恶化 加剧 蔓延 失控 爆发 激增 严峻 危急 风险 隐患 危害 有害 无效 副作用
    不良反应 推诿 拖延 敷衍 冷漠 乱收费 天价 漏洞 泄露 侵权 伤医 辱骂 殴打 崩溃 瘫痪 停摆 倒闭 亏损 损失
    """.split()  # noqa: SIM905
)
NOT = frozenset(
    """
    不 没 未 无 非 莫 勿 别 毋 没有 并非 并未 并无 尚未 从未 不再 不会 不能 缺乏 难以 拒绝 避免 防止 杜绝 消除
    """.split()  # noqa: SIM905
)
# Words in which a sign of negation stands and denies nothing of what follows.
NO_NEGATION = frozenset(
    """
    不断 不仅 不但 不只 不光 不少 不同 不久 不得不 不乏 不论 不管 不日 不禁 不由 不惜 不愧 非常 无论 无疑 无不 没错
    除非 未来 未必不 别人 别的 特别 分别 级别 区别 差别 个别 类别 性别 辨别 识别 告别 莫过于 不明原因 无人机 无线
    无偿 无私
    """.split()  # noqa: SIM905
)
