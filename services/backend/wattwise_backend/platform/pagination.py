"""Pages of lists."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """?page=2&page_size=100 (at most 1,000)."""

    page_size = 50
    max_page_size = 1000
    page_size_query_param = "page_size"
