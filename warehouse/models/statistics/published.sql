-- What others have published about the nation, beside our figure for the same cell.
select
    published.year, published.indicator, published.category, published.value as published, figure.value as ours,
    published.kind, published.used = 'yes' as used, published.reason, published.source_title, published.source_url,
    figure.n_centres = figure.n_expected as is_complete
from source.published as published
join statistics.figure as figure
    on figure.area_level = 'nation' and figure.year = published.year
    and figure.indicator = published.indicator and figure.category = published.category
