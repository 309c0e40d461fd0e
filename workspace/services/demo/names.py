"""Parts that invented company names are put together from."""

from typing import Final

CITIES: Final = (
    "上海 北京 深圳 广州 杭州 苏州 宁波 青岛 南京 武汉 成都 西安 厦门 无锡 佛山 长沙 天津 大连 合肥"
    " 郑州 温州 泉州 济南 昆明 福州 东莞 嘉兴 绍兴 常州 珠海"
).split()
WORDS: Final = (
    "远 宏 锦 瑞 博 恒 嘉 盛 泰 安 诚 达 丰 海 华 汇 康 隆 明 鹏 启 荣 顺 腾 通 万 祥 兴 源 泽"
    " 中 卓 凯 立 联 美 润 天 信 亿"
).split()
TRADES: Final = (
    "贸易 电子 机械 纺织 建材 食品 物流 科技 化工 医疗器械 家具 包装 汽车零部件 五金 塑料 服饰"
    " 环保 仪器 照明 印务"
).split()
ENGLISH_NAMES: Final = (
    "Ashdown Barrow Carrick Denholm Elmwood Farrow Glenmore Harwick Inverley Jessop Kingsmere"
    " Langdale Marlow Northgate Oakfield Penrose Quayside Redhill Stanmore Thornton Upton"
    " Vickers Westbrook Yarrow"
).split()
ENGLISH_TRADES: Final = (
    "Foods Textiles Engineering Logistics Furnishings Electronics Instruments Packaging Lighting"
    " Hardware Printing Interiors Plastics Medical Tools Outfitters"
).split()
