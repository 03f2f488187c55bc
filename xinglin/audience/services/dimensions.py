"""The dimensions that the study of health promotion names, and those of a library's readers; all editable."""

from django.db import transaction

from xinglin.audience.models import Dimension, Tag

# code, name, question, sensitive, one only, declared, days, values
DIMENSIONS = (
    ("age", "年龄段", "您的年龄段", False, True, True, None, ("18–29 岁", "30–44 岁", "45–59 岁", "60 岁以上")),
    ("sex", "性别", "您的性别", False, True, True, None, ("女", "男")),
    ("region", "地区", "您常在哪里", False, True, True, None, ("本市", "本省其他地区", "外省")),
    ("identity", "身份", "您是", False, True, True, None,
     ("医师", "护士", "医技人员", "教师", "学生", "行政人员", "患者或家属", "公众")),
    ("disease", "关注的疾病", "您或家人关注的疾病", True, False, True, 365,
     ("高血压", "糖尿病", "冠心病", "脑卒中", "肿瘤", "慢阻肺", "骨关节病", "孕产", "儿童健康")),
    ("stage", "就诊阶段", "您现在的阶段", True, True, True, 90,
     ("预防保健", "门诊就诊", "住院", "术后康复", "慢病随访")),
    ("department", "科室", "", False, False, False, None,
     ("心内科", "呼吸科", "消化科", "神经科", "内分泌科", "肿瘤科",
      "外科", "妇产科", "儿科", "急诊科", "检验科", "护理部")),
    ("title", "职称", "", False, True, False, None,
     ("主任医师", "副主任医师", "主治医师", "住院医师", "主任护师", "主管护师", "教授", "副教授", "讲师")),
    ("topic", "研究方向", "您的研究方向", False, False, True, 730,
     ("循证医学", "临床试验", "流行病学", "医学影像", "基因与组学", "护理研究", "医学教育", "医院管理", "人工智能")),
    ("preference", "内容偏好", "您想看什么", False, False, True, 730,
     ("新书与阅读", "数据库与检索", "讲座培训", "健康科普", "医学前沿", "通知公告")),
)  # fmt: skip


@transaction.atomic
def lay_out_dimensions() -> None:
    """Add the dimensions that are not there, with their tags; what was renamed or switched off stays so."""
    known = set(Dimension.objects.values_list("code", flat=True))
    for place, (code, name, question, sensitive, exclusive, declared, days, values) in enumerate(
        DIMENSIONS, 1
    ):
        if code in known or Dimension.objects.filter(name=name).exists():
            continue
        dimension = Dimension.objects.create(
            code=code, name=name, question=question, is_sensitive=sensitive, is_exclusive=exclusive,
            is_declared=declared, days_valid=days, position=place * 5,
        )  # fmt: skip
        Tag.objects.bulk_create(
            Tag(dimension=dimension, name=value, position=number * 5)
            for number, value in enumerate(values, 1)
        )
