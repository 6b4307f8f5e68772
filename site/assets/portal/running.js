// While a job runs the page is fetched again now and then.

setTimeout(() => location.reload(), 5000);
