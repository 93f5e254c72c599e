FROM python:3.12-slim
WORKDIR /porchlight
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && useradd --create-home porchlight \
    && install -d -o porchlight .data
USER porchlight
EXPOSE 8000
CMD ["porchlight", "serve"]
