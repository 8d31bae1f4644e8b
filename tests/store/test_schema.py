"""What the schema says of itself holds for every table."""

from store.schema import WITH_ARTIFACTS, Base


class TestWithArtifacts:
    def test_every_table_that_owns_artifacts_is_named(self) -> None:
        mapped = {mapper.class_ for mapper in Base.registry.mappers}
        assert {table for table in mapped if hasattr(table, "artifact_key")} == {*WITH_ARTIFACTS}
