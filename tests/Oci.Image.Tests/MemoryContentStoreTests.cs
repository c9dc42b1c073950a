namespace Oci.Image.Tests;

public sealed class MemoryContentStoreTests : ContentStoreTests
{
    protected override Task<IContentStore> CreateStoreAsync() => Task.FromResult<IContentStore>(new MemoryContentStore());

    [Fact]
    public async Task AddAsync_BeyondTheCapacity_ThrowsAndGivesTheRoomBack()
    {
        var store = new MemoryContentStore(capacity: 10);

        await Assert.ThrowsAsync<OciImageException>(() => TestContent.AddBlobAsync(store, "eleven byte"));
        await Assert.ThrowsAsync<OciImageException>(() => store.AddAsync(new Descriptor { MediaType = MediaTypes.OctetStream, Digest = Digest.Compute([]), Size = long.MaxValue }, Stream.Null));
        await using (ContentWriter writer = await store.CreateAsync())
        {
            writer.Write("ten bytes."u8);
            Assert.Throws<OciImageException>(() => writer.Write("1"u8));
        }
        await Assert.ThrowsAsync<ContentMismatchException>(() => store.AddAsync(Descriptor.Create(MediaTypes.OctetStream, "ten bytes."u8), new MemoryStream(new byte[10])));

        await TestContent.AddBlobAsync(store, "ten bytes.");
        await TestContent.AddBlobAsync(store, "ten bytes.");
    }

    [Fact]
    public async Task CommitAsync_OfWhatIsThere_CountsItOnce()
    {
        var store = new MemoryContentStore(capacity: 10);
        for (int i = 0; i < 3; i++)
        {
            await using ContentWriter writer = await store.CreateAsync();
            writer.Write("five."u8);
            await writer.CommitAsync(MediaTypes.OctetStream);
        }

        await TestContent.AddBlobAsync(store, "five!");
    }
}
