"""The details that every new organization keeps of its consumers; it may add more of its own."""

from wattwise_contract.meters import AttributeDefinition, AttributeGroup, AttributeType

_HOUSE, _PERSONAL, _FAMILY = AttributeGroup.HOUSE, AttributeGroup.PERSONAL, AttributeGroup.FAMILY

BUILT_IN = (
    AttributeDefinition(
        key="house_type",
        label="House type",
        type=AttributeType.CATEGORY,
        group=_HOUSE,
        choices=["detached", "semi-detached", "terraced", "apartment", "other"],
    ),
    AttributeDefinition(
        key="floor_area_m2",
        label="Floor area",
        type=AttributeType.NUMBER,
        group=_HOUSE,
        unit="m²",
        description="Heated floor area.",
    ),
    AttributeDefinition(key="bedrooms", label="Bedrooms", type=AttributeType.INTEGER, group=_HOUSE),
    AttributeDefinition(key="construction_year", label="Construction year", type=AttributeType.INTEGER, group=_HOUSE),
    AttributeDefinition(
        key="insulation",
        label="Insulation",
        type=AttributeType.CATEGORY,
        group=_HOUSE,
        choices=["poor", "average", "good", "very good"],
    ),
    AttributeDefinition(
        key="heating",
        label="Heating",
        type=AttributeType.CATEGORY,
        group=_HOUSE,
        choices=["gas", "electric", "heat pump", "district heat", "oil", "wood", "other"],
    ),
    AttributeDefinition(key="has_solar", label="Solar panels", type=AttributeType.BOOLEAN, group=_HOUSE),
    AttributeDefinition(key="occupants", label="Occupants", type=AttributeType.INTEGER, group=_FAMILY),
    AttributeDefinition(key="children", label="Children", type=AttributeType.INTEGER, group=_FAMILY),
    AttributeDefinition(
        key="work_pattern",
        label="Work pattern",
        type=AttributeType.CATEGORY,
        group=_PERSONAL,
        choices=["away by day", "at home", "mixed", "shifts", "retired"],
        description="Where the adults are on a working day.",
    ),
    AttributeDefinition(key="has_electric_car", label="Electric car", type=AttributeType.BOOLEAN, group=_PERSONAL),
    AttributeDefinition(key="tariff", label="Tariff", type=AttributeType.TEXT, group=_PERSONAL, clustering=False),
)
